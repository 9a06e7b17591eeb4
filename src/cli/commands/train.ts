import type { Command } from 'commander'
import type { TrainFlags } from '../train/flags.ts'

export function addTrain(program: Command): void {
  program
    .command('train')
    .description('Train a model, or go on with a training.')
    .argument('[model]', '"mlp" (a multilayer perceptron), or a configuration file (YAML or JSON)')
    .option('--hidden <units>', 'units of each hidden layer, such as 128,128, or none (default: 128,128)')
    .option('--activation <name>', 'relu, leakyRelu, tanh, sigmoid, elu, gelu or softplus (default: relu)')
    .option('--lr <rate>', 'learning rate (default: 0.2)')
    .option('--momentum <share>', 'momentum of SGD, 0 for none (default: 0)')
    .option('--nesterov', "Nesterov's momentum")
    .option('--batch <rows>', 'examples per step (default: 400)')
    .option('--epochs <count>', 'passes over the training rows (default: 8)')
    .option('--l2 <lambda>', 'penalty lambda / (2 N) * sum of squared weights (default: 0)')
    .option(
      '--normalize <kind>',
      'none, scale, standardize or standardize-pixel (default: standardize-pixel)',
    )
    .option('--validation <share>', 'share of the training rows held out (default: 0)')
    .option('--limit <rows>', 'use only the first so many training examples')
    .option('--no-shuffle', 'keep the order of the examples')
    .option('--seed <number>', 'decides initial weights, shuffles and splits (default: 1)')
    .option('--init-from <file>', 'start from the weights in a safetensors file')
    .option('--engine <name>', 'simd (float32) or reference (float64, slow) (default: simd)')
    .option(
      '--threads <count>',
      'threads; the weights do not depend on them (default: processors, at most 4)',
    )
    .option('--data <source>', 'a folder of IDX files, "fashion-mnist" or "synthetic"')
    .option('--offline', 'never touch the network')
    .option('--out <folder>', 'where runs are saved (default: ./runs)')
    .option('--resume <run>', 'go on with a saved run; --epochs may extend it')
    .option('--json', 'one JSON object a line, for programs')
    .option('--quiet', 'print only the result')
    .action(async (model: string | undefined, flags: TrainFlags) => {
      const { runTrain } = await import('../train/command.ts')
      await runTrain(model, flags)
    })
}
