import { ConfigError } from '../../base/errors.ts'
import { normalizations } from '../../data/preprocess.ts'
import { activationSchema } from '../../nn/mlp.ts'
import { type TrainingConfig, trainingConfig } from '../../train/config.ts'
import { choice, number, sizes, whole } from '../values.ts'

/** What the command line gave for `atelier train`, as typed. */
export interface TrainFlags {
  readonly hidden?: string
  readonly activation?: string
  readonly lr?: string
  readonly momentum?: string
  readonly nesterov?: boolean
  readonly batch?: string
  readonly epochs?: string
  readonly l2?: string
  readonly normalize?: string
  readonly validation?: string
  readonly limit?: string
  /** Commander sets true; `--no-shuffle` makes it false. */
  readonly shuffle?: boolean
  readonly seed?: string
  readonly initFrom?: string
  readonly engine?: string
  readonly threads?: string
  readonly data?: string
  readonly offline?: boolean
  readonly out?: string
  readonly resume?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/** What `atelier train mlp` trains: the paper's multilayer perceptron with two hidden layers (section 4.1.4). */
export function defaultConfig(): TrainingConfig {
  return trainingConfig({
    model: { type: 'mlp', hidden: [128, 128] },
    optimizer: { type: 'sgd', learningRate: 0.2 },
  })
}

/**
 * A configuration with what was given on the command line put over it.
 *
 * @throws ConfigError naming the option
 */
export function withFlags(config: TrainingConfig, flags: TrainFlags): TrainingConfig {
  const { epochs, batch, l2, normalize, validation, limit, seed } = flags
  const merged: TrainingConfig = {
    ...config,
    model: withModelFlags(config.model, flags),
    optimizer: withOptimizerFlags(config.optimizer, flags),
    ...(epochs === undefined ? {} : { epochs: whole('--epochs', epochs) }),
    ...(batch === undefined ? {} : { batchSize: whole('--batch', batch) }),
    ...(l2 === undefined ? {} : { l2: number('--l2', l2, { least: 0 }) }),
    ...(normalize === undefined ? {} : { normalize: choice('--normalize', normalize, normalizations) }),
    ...(validation === undefined
      ? {}
      : { validation: number('--validation', validation, { least: 0, below: 1 }) }),
    ...(limit === undefined ? {} : { limit: whole('--limit', limit) }),
    ...(flags.shuffle === false ? { shuffle: false } : {}),
    ...(seed === undefined ? {} : { seed: whole('--seed', seed, { least: 0, most: 0xffffffff }) }),
  }
  return trainingConfig(merged)
}

function withModelFlags(model: TrainingConfig['model'], flags: TrainFlags): TrainingConfig['model'] {
  const { hidden, activation } = flags
  if (hidden === undefined && activation === undefined) return model
  if (model.type !== 'mlp') {
    const where = hidden === undefined ? '--activation' : '--hidden'
    const hint = 'Change the model in the configuration file.'
    throw new ConfigError('only applies to the model "mlp".', { where, hint })
  }
  return {
    ...model,
    ...(hidden === undefined ? {} : { hidden: sizes('--hidden', hidden) }),
    ...(activation === undefined
      ? {}
      : { activation: choice('--activation', activation, activationSchema.options) }),
  }
}

function withOptimizerFlags(
  optimizer: TrainingConfig['optimizer'],
  flags: TrainFlags,
): TrainingConfig['optimizer'] {
  const { lr, momentum, nesterov } = flags
  if (optimizer.type !== 'sgd' && (momentum !== undefined || nesterov !== undefined))
    throw new ConfigError('only applies to the optimizer "sgd".', {
      where: momentum === undefined ? '--nesterov' : '--momentum',
      hint: 'Change the optimizer in the configuration file.',
    })
  const merged = {
    ...optimizer,
    ...(lr === undefined ? {} : { learningRate: number('--lr', lr, { above: 0 }) }),
    ...(momentum === undefined ? {} : { momentum: number('--momentum', momentum, { least: 0, below: 1 }) }),
    ...(nesterov === true ? { nesterov: true } : {}),
  }
  if (nesterov === true && merged.momentum === 0) {
    const hint = 'Give it as well, for example --momentum 0.9.'
    throw new ConfigError('does nothing without --momentum.', { where: '--nesterov', hint })
  }
  return merged
}
