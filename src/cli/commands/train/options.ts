import type { Command } from 'commander'
import { normalizations } from '../../../data/preprocess.ts'
import { addModelOptions, alternatives } from '../../shared/config/modelOptions.ts'
import { defaultText, modelNames } from '../../shared/config/models.ts'
import { optimizerNames, plainOptimizer } from '../../shared/config/optimizerFlags.ts'
import { engineHelp } from '../../shared/engineOption.ts'
import type { TrainFlags } from './flags.ts'

const quoted = modelNames.map((name) => `"${name}"`).join(', ')

export function addTrain(program: Command): void {
  const command = program
    .command('train')
    .description('Train a model, or resume a run.')
    .argument(
      '[model]',
      `${quoted} (a perceptron, the paper's convolutional network, a stronger one), or a configuration file (YAML or JSON)`,
    )
  addModelOptions(command)
  addOptimizerOptions(command)
  addTrainingOptions(command)
  addRunOptions(command).action(async (model: string | undefined, flags: TrainFlags) => {
    const { runTrain } = await import('./run.ts')
    await runTrain(model, flags)
  })
}

function addOptimizerOptions(command: Command): void {
  const optimizer = defaultText(({ optimizer: { type } }) => type)
  const rate = defaultText(({ optimizer: { learningRate } }) => learningRate)
  const schedule = defaultText(({ schedule: { type } }) => type)
  const others = optimizerNames.map((name) => `${name} ${plainOptimizer(name).learningRate}`).join(', ')
  const schedules =
    'constant, step (half after every 3 epochs), exponential (times 0.9 after every epoch), cosine, oneCycle or plateau (a tenth after 3 epochs without improvement)'
  const momentum = defaultText(
    ({ optimizer }) => ('momentum' in optimizer ? optimizer.momentum : undefined),
    0,
  )
  const weightDecay = defaultText(
    ({ optimizer }) => ('weightDecay' in optimizer ? optimizer.weightDecay : undefined),
    0.01,
  )
  const warmup = defaultText(
    ({ schedule }) => ('warmupSteps' in schedule ? schedule.warmupSteps : undefined),
    0,
  )
  const clip = defaultText(({ clipNorm }) => clipNorm ?? 'no limit')
  command
    .optionsGroup('Optimizer:')
    .option('--optimizer <name>', `${alternatives(optimizerNames)} ${optimizer}`)
    .option('--lr <rate>', `learning rate ${rate}; of another --optimizer: ${others}`)
    .option('--momentum <share>', `sgd, rmsprop: momentum, 0 for none ${momentum}`)
    .option('--nesterov', "sgd: Nesterov's momentum")
    .option('--weight-decay <share>', `adamw: decoupled weight decay ${weightDecay}`)
    .option('--schedule <name>', `how the learning rate changes: ${schedules} ${schedule}`)
    .option('--warmup-steps <count>', `steps of linear warm-up of the learning rate ${warmup}`)
    .option('--clip-norm <norm>', `largest norm of the whole gradient ${clip}`)
}

function addTrainingOptions(command: Command): void {
  const augment = (name: 'shift' | 'cutout'): string => defaultText((config) => config.augment?.[name] ?? 0)
  const flip = defaultText((config) => (config.augment?.flip === true ? 'yes' : 'no'))
  const held = defaultText(({ validation }) => validation)
  const smoothing = defaultText(({ labelSmoothing }) => labelSmoothing)
  command
    .optionsGroup('Training:')
    .option('--batch <rows>', `examples per step ${defaultText(({ batchSize }) => batchSize)}`)
    .option('--drop-last', 'drop the last batch of an epoch if it is smaller')
    .option('--epochs <count>', `passes over the training rows ${defaultText(({ epochs }) => epochs)}`)
    .option('--l2 <lambda>', `penalty lambda / (2 N) * sum of squared weights ${defaultText(({ l2 }) => l2)}`)
    .option('--label-smoothing <share>', `share of each target spread over all classes ${smoothing}`)
    .option('--class-weights <kind>', 'balanced: weight each class by its inverse frequency')
    .option('--flip', `mirror images left and right at random ${flip}`)
    .option('--no-flip', 'do not mirror')
    .option('--shift <pixels>', `shift images at random by at most this many pixels ${augment('shift')}`)
    .option('--cutout <side>', `set a random square of this side to zero ${augment('cutout')}`)
    .option(
      '--normalize <kind>',
      `${alternatives(normalizations)} ${defaultText(({ normalize }) => normalize)}`,
    )
    .option('--validation <share>', `share of the training rows held out for validation ${held}`)
    .option(
      '--patience <epochs>',
      'early stopping: stop after this many epochs without a better validation loss, and restore the best weights',
    )
    .option('--limit <rows>', 'use only this many training examples, from the first')
    .option('--no-shuffle', 'train on the examples in their order in the file')
    .option('--seed <number>', 'seed of initial weights, shuffling and splits (default: 1)')
    .option('--init-from <file>', 'start from the weights in a safetensors file')
}

function addRunOptions(command: Command): Command {
  return command
    .optionsGroup('Run:')
    .option('--engine <name>', `${engineHelp} (default: simd)`)
    .option(
      '--threads <count>',
      'threads; only with blas the weights depend on them (default: processors, at most 4)',
    )
    .option('--data <source>', 'a folder of IDX files, "fashion-mnist" or "synthetic"')
    .option('--offline', 'do not use the network')
    .option('--out <folder>', 'where runs are saved (default: ./runs)')
    .option(
      '--checkpoint-every <n>',
      'save a checkpoint every N epochs (such as 2) or minutes (such as 10m) (default: every epoch and every 30 s)',
    )
    .option('--resume <run>', 'resume a saved run; --epochs may extend it')
    .option('--json', 'one JSON object per line, for programs')
    .option('--quiet', 'print only the result')
}
