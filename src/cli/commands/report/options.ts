import type { Command } from 'commander'
import type { ReportFlags } from './run.ts'

export function addReport(program: Command): void {
  program
    .command('report')
    .description('Write a report of a study: HTML, figures and tables.')
    .argument('<study>', 'a study in the store, "paper", or the folder of a reproduction')
    .option('--against <file>', 'compare with published numbers (YAML)')
    .option('--out <folder>', 'the folder of the report (default: the name of the study, beside the store)')
    .option('--store <file>', 'the store of studies (default: ./runs/atelier.db)')
    .option('--data <source>', 'the data of the study: a folder of IDX files, "fashion-mnist" or "synthetic"')
    .option('--limit <rows>', 'as in "run --limit"')
    .option('--offline', 'do not use the network')
    .option('--quick', 'as in "run paper --quick"')
    .option('--seeds <count>', 'as in "run paper --seeds"')
    .option('--engine <name>', 'as in "run paper --engine" (default: simd, or the engine that was run)')
    .option('--json', 'one JSON object per line, for programs')
    .action(async (study: string, flags: ReportFlags) => {
      const { report } = await import('./run.ts')
      await report(study, flags)
    })
}
