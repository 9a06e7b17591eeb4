import * as z from 'zod'
import { cosine, power } from '../base/elementary.ts'
import { ConfigError } from '../base/errors.ts'
import type { Schedule } from './scheduleSpecs.ts'

export type * from './scheduleSpecs.ts'

const factor = z.number().positive().max(1)
const warmupSteps = z
  .int()
  .min(0)
  .default(0)
  .describe('Steps in which the rate first grows to its full height.')

/**
 * How the learning rate changes during a training, as plain data. `rate` is the optimizer's learning rate, epochs and
 * steps count from 0, and N is the number of steps of the whole training:
 *
 * | type | rate of a step |
 * |---|---|
 * | constant | rate |
 * | step | rate factor^floor(epoch / every) |
 * | exponential | rate factor^epoch |
 * | cosine | from rate to final * rate along half a cosine, over all steps after the warm-up (Loshchilov, Hutter 2017, eq. 5) |
 * | oneCycle | from rate / startDivisor up to rate in the first `warmup` of all steps, then down to rate / startDivisor / finalDivisor, both along half a cosine (Smith, Topin 2018) |
 * | plateau | times factor whenever the watched loss has not improved for more than `patience` epochs, never below minimum |
 *
 * The first four can begin with a warm-up: in step s the rate is also multiplied by (s + 1) / warmupSteps.
 */
export const scheduleSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('constant'), warmupSteps }),
  z.strictObject({
    type: z.literal('step'),
    every: z.int().positive().describe('Epochs between two reductions.'),
    factor: factor.default(0.1).describe('What the rate is multiplied by.'),
    warmupSteps,
  }),
  z.strictObject({
    type: z.literal('exponential'),
    factor: factor.describe('What the rate is multiplied by after every epoch.'),
    warmupSteps,
  }),
  z.strictObject({
    type: z.literal('cosine'),
    final: z.number().min(0).max(1).default(0).describe('The last rate as a share of the first.'),
    warmupSteps,
  }),
  z.strictObject({
    type: z.literal('oneCycle'),
    warmup: z.number().positive().lt(1).default(0.3).describe('Share of all steps in which the rate grows.'),
    startDivisor: z.number().min(1).default(25).describe('The learning rate divided by the first rate.'),
    finalDivisor: z.number().min(1).default(1e4).describe('The first rate divided by the last.'),
  }),
  z.strictObject({
    type: z.literal('plateau'),
    factor: z.number().positive().lt(1).default(0.1).describe('What the rate is multiplied by.'),
    patience: z.int().min(0).default(10).describe('Epochs without improvement that are waited for.'),
    minimum: z.number().min(0).default(0).describe('The rate is not reduced below this.'),
    threshold: z.number().min(0).lt(1).default(1e-4).describe('Share of the best loss that counts.'),
  }),
])

/** A step of a training. */
export interface Position {
  /** Steps done before this one, over all epochs. */
  readonly step: number
  readonly stepsPerEpoch: number
  /** Epochs of the whole training. */
  readonly epochs: number
  /** The loss that a plateau schedule watches, one for each complete epoch. */
  readonly monitored: readonly number[]
}

/**
 * The learning rate of a step. A function of its arguments alone, so that a resumed training continues with it, made of
 * exact operations alone, so that it has the same bits in every JavaScript engine.
 */
export function learningRateAt(schedule: Schedule, rate: number, position: Position): number {
  if (schedule == null || position == null)
    throw new ConfigError('needs a schedule and a position.', { where: 'learningRateAt' })
  const { step, stepsPerEpoch, epochs } = position
  const epoch = Math.floor(step / stepsPerEpoch)
  const total = stepsPerEpoch * epochs
  switch (schedule.type) {
    case 'constant':
      return rate * warmUp(step, schedule.warmupSteps)
    case 'step':
      return (
        rate * warmUp(step, schedule.warmupSteps) * power(schedule.factor, Math.floor(epoch / schedule.every))
      )
    case 'exponential':
      return rate * warmUp(step, schedule.warmupSteps) * power(schedule.factor, epoch)
    case 'cosine': {
      const { final, warmupSteps } = schedule
      if (step < warmupSteps) return rate * warmUp(step, warmupSteps)
      return between(rate, rate * final, (step - warmupSteps) / (total - warmupSteps))
    }
    case 'oneCycle': {
      const start = rate / schedule.startDivisor
      const peak = schedule.warmup * total - 1
      if (step < peak) return between(start, rate, step / peak)
      return between(rate, start / schedule.finalDivisor, (step - peak) / (total - 1 - peak))
    }
    case 'plateau':
      return afterPlateaus(schedule, rate, position.monitored)
  }
}

/**
 * @param totalSteps steps of the whole training
 * @throws ConfigError if the schedule does not fit into the training
 */
export function checkSchedule(schedule: Schedule, totalSteps: number): void {
  if ('warmupSteps' in schedule && schedule.warmupSteps > totalSteps) {
    const what = `a warm-up of ${schedule.warmupSteps} steps is longer than the training of ${totalSteps}.`
    throw new ConfigError(what, {
      where: 'schedule.warmupSteps',
      hint: 'Warm up for fewer steps or train for more epochs.',
    })
  }
  if (schedule.type === 'oneCycle' && totalSteps < 2) {
    throw new ConfigError('a cycle needs at least 2 steps, and the training has 1.', {
      where: 'schedule',
      hint: 'Use smaller batches or train for more epochs.',
    })
  }
}

/** The factor of the rate in a step of the warm-up; 1 after it. */
function warmUp(step: number, steps: number): number {
  return step < steps ? (step + 1) / steps : 1
}

/** From `from` (share 0) to `to` (share 1) along half a cosine. */
function between(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + cosine(Math.PI * Math.min(share, 1)))) / 2
}

/** The rate after the plateaus among these losses. A loss improves if it is below the best by the threshold. */
function afterPlateaus(
  { factor, patience, minimum, threshold }: Extract<Schedule, { type: 'plateau' }>,
  rate: number,
  losses: readonly number[],
): number {
  let current = rate
  let best = Number.POSITIVE_INFINITY
  let waited = 0
  for (const loss of losses) {
    if (loss < best * (1 - threshold)) {
      best = loss
      waited = 0
    } else {
      waited++
    }
    if (waited > patience) {
      current = Math.min(current, Math.max(current * factor, minimum))
      waited = 0
    }
  }
  return current
}
