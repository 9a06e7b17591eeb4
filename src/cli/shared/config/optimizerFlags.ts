import { ConfigError } from '../../../base/errors.ts'
import { type Schedule, scheduleSchema } from '../../../optim/schedule.ts'
import { type OptimizerSpec, optimizerSchema } from '../../../optim/specs.ts'
import { choice, number, onlyFor, whole } from '../values.ts'

/** Options of optimizer and schedule, as typed. */
export interface OptimizerFlags {
  readonly optimizer?: string
  readonly lr?: string
  readonly momentum?: string
  readonly nesterov?: boolean
  readonly weightDecay?: string
  readonly schedule?: string
  readonly warmupSteps?: string
}

export const optimizerNames = optimizerSchema.options.map((option) => option.shape.type.value)
export const scheduleNames = scheduleSchema.options.map((option) => option.shape.type.value)

/** Keras's default for SGD, small enough for most models. */
const sgdRate = 0.01

/** The optimizer of `--optimizer NAME` with all settings at their defaults. */
export function plainOptimizer(type: OptimizerSpec['type']): OptimizerSpec {
  return optimizerSchema.parse({ type, ...(type === 'sgd' ? { learningRate: sgdRate } : {}) })
}

/** Settings of `--schedule NAME` where the schedule has no defaults, or none that suit ten epochs. */
const started: Partial<Record<Schedule['type'], object>> = {
  step: { every: 3, factor: 0.5 },
  exponential: { factor: 0.9 },
  plateau: { patience: 2 },
}

/** @throws ConfigError naming the option */
export function withOptimizerFlags(optimizer: OptimizerSpec, flags: OptimizerFlags): OptimizerSpec {
  const { optimizer: name, lr, momentum, nesterov, weightDecay } = flags
  const type = name === undefined ? optimizer.type : choice('--optimizer', name, optimizerNames)
  onlyFor('--momentum', momentum, 'optimizer', type, ['sgd', 'rmsprop'])
  onlyFor('--nesterov', nesterov, 'optimizer', type, ['sgd'])
  onlyFor('--weight-decay', weightDecay, 'optimizer', type, ['adamw'])
  const merged = optimizerSchema.parse({
    ...(type === optimizer.type ? optimizer : plainOptimizer(type)),
    ...(lr === undefined ? {} : { learningRate: number('--lr', lr, { above: 0 }) }),
    ...(momentum === undefined ? {} : { momentum: number('--momentum', momentum, { least: 0, below: 1 }) }),
    ...(nesterov === true ? { nesterov: true } : {}),
    ...(weightDecay === undefined
      ? {}
      : { weightDecay: number('--weight-decay', weightDecay, { least: 0 }) }),
  })
  if (nesterov === true && merged.type === 'sgd' && merged.momentum === 0) {
    const hint = 'Give it as well, for example --momentum 0.9.'
    throw new ConfigError('does nothing without --momentum.', { where: '--nesterov', hint })
  }
  return merged
}

/** @throws ConfigError naming the option */
export function withScheduleFlags(schedule: Schedule, flags: OptimizerFlags): Schedule {
  const { schedule: name, warmupSteps } = flags
  const type = name === undefined ? schedule.type : choice('--schedule', name, scheduleNames)
  onlyFor('--warmup-steps', warmupSteps, 'schedule', type, ['constant', 'step', 'exponential', 'cosine'])
  return scheduleSchema.parse({
    ...(type === schedule.type ? schedule : { type, ...started[type] }),
    ...(warmupSteps === undefined ? {} : { warmupSteps: whole('--warmup-steps', warmupSteps, { least: 0 }) }),
  })
}
