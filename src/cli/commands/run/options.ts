import type { Command } from 'commander'
import { engineHelp } from '../../shared/engineOption.ts'
import type { ReproductionFlags } from '../../shared/reproduction/flags.ts'
import type { RunFlags } from '../../shared/studies/flags.ts'

export function addRun(program: Command): void {
  program
    .command('run')
    .description('Run a study: train its missing trials and show the best settings.')
    .argument(
      '<study>',
      'a study (YAML, JSON or a JavaScript module), "paper", or the folder of a reproduction',
    )
    .option('--workers <count>', 'trainings at once, one per core (default: processors)')
    .option('--store <file>', 'the store of studies (default: ./runs/atelier.db)')
    .option('--engine <name>', `${engineHelp} (default: simd)`)
    .option('--data <source>', 'a folder of IDX files, "fashion-mnist" or "synthetic"')
    .option('--offline', 'do not use the network')
    .option('--limit <rows>', 'use only this many training examples, from the first')
    .option('--only <experiments>', 'run only some experiments of the study: "grid,dropout"')
    .option('--trials <count>', 'run only this many trials, from the first')
    .option('--minutes <count>', 'begin no trial after this many minutes')
    .option('--retry-failed', 'try failed trials again')
    .option('--force', 'train finished trials again and replace their results')
    .option('--fork', 'begin a new study if the stored one of this name differs')
    .option('--refit', 'train the best settings on all training rows, and evaluate them once on the test set')
    .option('--sort', 'order the table by rank instead of by the grid')
    .option('--details', 'show rank and time per trial in the table')
    .option('--quick', 'reproductions: train on a fraction of the rows')
    .option('--seeds <count>', 'reproductions: seeds 1 to count for every experiment')
    .option(
      '--out <folder>',
      'reproductions: the folder of the report (default: the name of the study, beside the store)',
    )
    .option('--json', 'one JSON object per line, for programs')
    .action(async (study: string, flags: RunFlags & ReproductionFlags) => {
      const { reproductionFolder } = await import('../../shared/reproduction/open.ts')
      const home = reproductionFolder(study)
      if (home !== undefined) {
        const { runReproduction } = await import('./reproduction.ts')
        return runReproduction(study, home, flags)
      }
      const { runStudyFile } = await import('./run.ts')
      await runStudyFile(study, flags)
    })
}
