import type { Command } from 'commander'
import type { ReportFlags } from './run.ts'

export function addReport(program: Command): void {
  program
    .command('report')
    .description('Write a report (HTML, figures, tables) of a study from what has been run of it.')
    .argument('<study>', 'a study in the store, "paper", or the folder of a reproduction')
    .option('--against <file>', 'compare with published numbers (YAML)')
    .option('--out <folder>', 'where it goes (default: the folder of its name beside the store)')
    .option('--store <file>', 'where studies are kept (default: ./runs/atelier.db)')
    .option(
      '--data <source>',
      'what it was trained on: a folder of IDX files, "fashion-mnist" or "synthetic"',
    )
    .option('--limit <rows>', 'the rows of "run --limit"')
    .option('--offline', 'never touch the network')
    .option('--quick', 'of "run paper --quick"')
    .option('--seeds <count>', 'of "run paper --seeds"')
    .option('--engine <name>', 'of "run paper --engine" (default: simd, or the one that was run)')
    .option('--json', 'one JSON object a line, for programs')
    .action(async (study: string, flags: ReportFlags) => {
      const { report } = await import('./run.ts')
      await report(study, flags)
    })
}
