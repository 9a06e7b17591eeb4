import type { Command } from 'commander'
import type { GradcheckFlags } from '../gradcheck.ts'

export function addGradcheck(program: Command): void {
  program
    .command('gradcheck')
    .description('Compare the gradients of a model with central differences, in float64.')
    .option('--hidden <units>', 'units of each hidden layer, such as 128,128, or none (default: 128,128)')
    .option('--activation <name>', 'relu, leakyRelu, tanh, sigmoid, elu, gelu or softplus (default: relu)')
    .option('--batch <rows>', 'examples the loss is taken over (default: 8)')
    .option('--samples <count>', 'elements compared in each tensor, drawn by the seed (default: 100)')
    .option('--all', 'compare every element (slow)')
    .option('--epsilon <step>', 'half the width of the difference (default: 5e-5)')
    .option('--tolerance <error>', 'largest relative error that passes (default: 1e-6)')
    .option(
      '--normalize <kind>',
      'none, scale, standardize or standardize-pixel (default: standardize-pixel)',
    )
    .option('--seed <number>', 'decides initial weights and samples (default: 1)')
    .option('--data <source>', 'a folder of IDX files, "fashion-mnist" or "synthetic"')
    .option('--offline', 'never touch the network')
    .option('--json', 'one JSON object, for programs')
    .action(async (flags: GradcheckFlags) => {
      const { runGradcheck } = await import('../gradcheck.ts')
      await runGradcheck(flags)
    })
}
