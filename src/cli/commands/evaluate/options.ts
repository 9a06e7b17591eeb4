import type { Command } from 'commander'
import { engineHelp } from '../../shared/engineOption.ts'
import type { EvaluateFlags } from './run.ts'

export function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('Measure a saved run on its dataset or another one.')
    .argument('<run>', 'the folder of a run, or a file of weights or a checkpoint in it')
    .option('--data <source>', 'a folder of IDX files, "fashion-mnist" or "synthetic" (default: the run\'s)')
    .option('--offline', 'never touch the network')
    .option('--engine <name>', `${engineHelp} (default: the run's)`)
    .option('--threads <count>', 'threads (default: processors, at most 4)')
    .option('--json', 'one JSON object, for programs')
    .action(async (run: string, flags: EvaluateFlags) => {
      const { runEvaluate } = await import('./run.ts')
      await runEvaluate(run, flags)
    })
}
