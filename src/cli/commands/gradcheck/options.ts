import type { Command } from 'commander'
import { normalizations } from '../../../data/preprocess.ts'
import { addModelOptions, alternatives } from '../../shared/config/modelOptions.ts'
import { modelNames } from '../../shared/config/models.ts'
import type { GradcheckFlags } from './run.ts'

const quoted = modelNames.map((name) => `"${name}"`).join(', ')

export function addGradcheck(program: Command): void {
  const command = program
    .command('gradcheck')
    .description('Compare the gradients of a model with central differences in float64.')
    .argument(
      '[model]',
      `${quoted}, "all" (every type of layer in one small model), or a configuration file (default: mlp)`,
    )
  addModelOptions(command)
  command
    .optionsGroup('Check:')
    .option('--batch <rows>', 'examples in the batch (default: 8)')
    .option('--samples <count>', 'elements compared in each tensor, chosen by the seed (default: 100)')
    .option('--all', 'compare every element (slow)')
    .option('--epsilon <step>', 'half the width of the central difference (default: 1e-5)')
    .option(
      '--tolerance <error>',
      "largest relative error that passes (default: 1e-6; for simd and blas 1e-4 of a tensor's largest gradient)",
    )
    .option(
      '--engine <name>',
      'engine whose gradients are checked, with all its optimizations: reference (float64, the default), simd, blas or auto; ' +
        'the differences are always computed in float64',
    )
    .option('--normalize <kind>', `${alternatives(normalizations)} (default: standardize-pixel)`)
    .option('--seed <number>', 'seed of initial weights and compared elements (default: 1)')
    .option('--data <source>', 'a folder of IDX files, "fashion-mnist" or "synthetic"')
    .option('--offline', 'do not use the network')
    .option('--json', 'one JSON object, for programs')
    .action(async (model: string | undefined, flags: GradcheckFlags) => {
      const { runGradcheck } = await import('./run.ts')
      await runGradcheck(model, flags)
    })
}
