import type { Command } from 'commander'
import { engineHelp } from '../../shared/engineOption.ts'
import type { ReproductionFlags } from '../../shared/reproduction/flags.ts'
import type { RunFlags } from '../../shared/studies/flags.ts'

export function addRun(program: Command): void {
  program
    .command('run')
    .description('Run a study: train what is missing of it, and say which settings are best.')
    .argument(
      '<study>',
      'a study (YAML, JSON or a JavaScript module), "paper", or the folder of a reproduction',
    )
    .option('--workers <count>', 'trainings at once, one a core (default: processors)')
    .option('--store <file>', 'where studies are kept (default: ./runs/atelier.db)')
    .option('--engine <name>', `${engineHelp} (default: simd)`)
    .option('--data <source>', 'a folder of IDX files, "fashion-mnist" or "synthetic"')
    .option('--offline', 'never touch the network')
    .option('--limit <rows>', 'use only the first so many training examples')
    .option('--only <experiments>', 'run only some experiments of the study: "grid,dropout"')
    .option('--trials <count>', 'run only the first so many trials')
    .option('--minutes <count>', 'begin no trial after so many minutes')
    .option('--retry-failed', 'try failed trials again')
    .option('--force', 'train again what is done; its results are replaced')
    .option('--fork', 'begin a new study where the one of this name is another')
    .option('--refit', 'train the best on all training rows, and look at the test set once')
    .option('--sort', 'the table by rank instead of in the order of the grid')
    .option('--details', 'rank and time of a trial in the table')
    .option('--quick', 'of a reproduction: train on a fraction of the rows')
    .option('--seeds <count>', 'of a reproduction: seeds 1 to count for every experiment')
    .option(
      '--out <folder>',
      'of a reproduction: the folder of its report (default: its name, beside the store)',
    )
    .option('--json', 'one JSON object a line, for programs')
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
