import { ConfigError } from '../../../base/errors.ts'
import { normalizations } from '../../../data/preprocess.ts'
import { type TrainingConfig, trainingConfig } from '../../../train/config.ts'
import { type ModelFlags, withModelFlags } from '../../shared/config/modelFlags.ts'
import {
  type OptimizerFlags,
  withOptimizerFlags,
  withScheduleFlags,
} from '../../shared/config/optimizerFlags.ts'
import { choice, number, whole } from '../../shared/values.ts'

/** Options of `atelier train`, as typed. */
export interface TrainFlags extends ModelFlags, OptimizerFlags {
  readonly batch?: string
  readonly dropLast?: boolean
  readonly epochs?: string
  readonly l2?: string
  readonly labelSmoothing?: string
  readonly classWeights?: string
  readonly clipNorm?: string
  readonly normalize?: string
  readonly validation?: string
  readonly patience?: string
  readonly limit?: string
  /** `--flip` makes it true, `--no-flip` false. */
  readonly flip?: boolean
  readonly shift?: string
  readonly cutout?: string
  /** Commander sets true; `--no-shuffle` makes it false. */
  readonly shuffle?: boolean
  readonly seed?: string
  readonly initFrom?: string
  readonly engine?: string
  readonly threads?: string
  readonly data?: string
  readonly offline?: boolean
  readonly out?: string
  readonly checkpointEvery?: string
  readonly resume?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

/**
 * A configuration with the given options applied.
 *
 * @throws ConfigError naming the option
 */
export function withFlags(config: TrainingConfig, flags: TrainFlags): TrainingConfig {
  const { epochs, batch, l2, normalize, validation, limit, seed } = flags
  const { labelSmoothing, classWeights, clipNorm } = flags
  const { augment: _replaced, ...others } = config
  const merged: TrainingConfig = {
    ...others,
    ...withAugmentFlags(config.augment, flags),
    ...withPatience(config, flags),
    model: withModelFlags(config.model, flags),
    optimizer: withOptimizerFlags(config.optimizer, flags),
    schedule: withScheduleFlags(config.schedule, flags),
    ...(epochs === undefined ? {} : { epochs: whole('--epochs', epochs) }),
    ...(batch === undefined ? {} : { batchSize: whole('--batch', batch) }),
    ...(l2 === undefined ? {} : { l2: number('--l2', l2, { least: 0 }) }),
    ...(labelSmoothing === undefined
      ? {}
      : { labelSmoothing: number('--label-smoothing', labelSmoothing, { least: 0, below: 1 }) }),
    ...(classWeights === undefined
      ? {}
      : { classWeights: choice('--class-weights', classWeights, ['balanced'] as const) }),
    ...(clipNorm === undefined ? {} : { clipNorm: number('--clip-norm', clipNorm, { above: 0 }) }),
    ...(normalize === undefined ? {} : { normalize: choice('--normalize', normalize, normalizations) }),
    ...(validation === undefined
      ? {}
      : { validation: number('--validation', validation, { least: 0, below: 1 }) }),
    ...(limit === undefined ? {} : { limit: whole('--limit', limit) }),
    ...(flags.dropLast === true ? { dropLast: true } : {}),
    ...(flags.shuffle === false ? { shuffle: false } : {}),
    ...(seed === undefined ? {} : { seed: whole('--seed', seed, { least: 0, most: 0xffffffff }) }),
  }
  if (flags.patience !== undefined && merged.validation === 0) {
    const hint = 'Give --validation as well, for example 0.1.'
    throw new ConfigError('there are no held-out rows to watch.', { where: '--patience', hint })
  }
  return trainingConfig(merged)
}

function withAugmentFlags(
  augment: TrainingConfig['augment'],
  { flip, shift, cutout }: TrainFlags,
): Pick<TrainingConfig, 'augment'> {
  if (flip === undefined && shift === undefined && cutout === undefined)
    return augment === undefined ? {} : { augment }
  const merged = {
    ...(augment ?? { shift: 0, flip: false, cutout: 0 }),
    ...(flip === undefined ? {} : { flip }),
    ...(shift === undefined ? {} : { shift: whole('--shift', shift, { least: 0 }) }),
    ...(cutout === undefined ? {} : { cutout: whole('--cutout', cutout, { least: 0 }) }),
  }
  const none = !merged.flip && merged.shift === 0 && merged.cutout === 0
  return none ? {} : { augment: merged }
}

function withPatience(
  { earlyStopping }: TrainingConfig,
  { patience: text }: TrainFlags,
): Pick<TrainingConfig, 'earlyStopping'> {
  if (text === undefined) return {}
  const patience = whole('--patience', text)
  const usual = { monitor: 'loss' as const, minDelta: 0, restoreBest: true }
  return { earlyStopping: { ...(earlyStopping ?? usual), patience } }
}
