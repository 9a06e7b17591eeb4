import type { Command } from 'commander'
import { engineHelp } from '../../shared/engineOption.ts'
import type { EvaluateFlags } from './run.ts'

export function addEvaluate(program: Command): void {
  program
    .command('evaluate')
    .description('Evaluate a saved run on its dataset or another one.')
    .argument('<run>', 'the folder of a run, or a weights or checkpoint file in it')
    .option('--data <source>', 'a folder of IDX files, "fashion-mnist" or "synthetic" (default: the run\'s)')
    .option('--offline', 'do not use the network')
    .option('--engine <name>', `${engineHelp} (default: the run's)`)
    .option('--threads <count>', 'threads (default: processors, at most 4)')
    .option('--json', 'one JSON object, for programs')
    .action(async (run: string, flags: EvaluateFlags) => {
      const { runEvaluate } = await import('./run.ts')
      await runEvaluate(run, flags)
    })
}
