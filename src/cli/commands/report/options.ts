import type { Command } from 'commander'
import type { PaperFlags } from '../../paper/flags.ts'

export function addReport(program: Command): void {
  program
    .command('report')
    .description('Write the report of the paper from what has been run of it.')
    .argument('<what>', '"paper"')
    .option('--out <folder>', 'where it goes (default: the folder "paper" beside the store)')
    .option('--quick', 'of "run paper --quick"')
    .option('--seeds <count>', 'of "run paper --seeds"')
    .option('--engine <name>', 'of "run paper --engine" (default: simd, or the one that was run)')
    .option('--store <file>', 'where studies are kept (default: ./runs/atelier.db)')
    .option('--data <source>', 'what it was trained on, for its images: a folder of IDX files or "synthetic"')
    .option('--offline', 'never touch the network')
    .option('--json', 'one JSON object a line, for programs')
    .action(async (what: string, flags: PaperFlags) => {
      const { reportOn } = await import('../../paper/report.ts')
      await reportOn(what, flags)
    })
}
