/** The learning-rate schedules of a configuration as plain data. The schema in `schedule.ts` checks them. */
import type { Filled } from '../base/filled.ts'

interface WarmUp {
  /** Steps in which the learning rate first grows to its full height, at least 0. Default: 0. */
  readonly warmupSteps?: number | undefined
}

/** The learning rate stays as it is. */
export interface ConstantSchedule extends WarmUp {
  readonly type: 'constant'
}

/** The learning rate is reduced after every few epochs. */
export interface StepSchedule extends WarmUp {
  readonly type: 'step'
  /** Epochs between two reductions, at least 1. */
  readonly every: number
  /** What the rate is multiplied by: above 0, at most 1. Default: 0.1. */
  readonly factor?: number | undefined
}

/** The learning rate is reduced after every epoch. */
export interface ExponentialSchedule extends WarmUp {
  readonly type: 'exponential'
  /** What the rate is multiplied by: above 0, at most 1. */
  readonly factor: number
}

/** The learning rate falls along half a cosine, over all steps after the warm-up (Loshchilov, Hutter 2017). */
export interface CosineSchedule extends WarmUp {
  readonly type: 'cosine'
  /** The last rate as a share of the first, 0 to 1. Default: 0. */
  readonly final?: number | undefined
}

/** The learning rate grows and then falls, both along half a cosine (Smith, Topin 2018). */
export interface OneCycleSchedule {
  readonly type: 'oneCycle'
  /** Share of all steps in which the rate grows: between 0 and 1, both excluded. Default: 0.3. */
  readonly warmup?: number | undefined
  /** The learning rate divided by the first rate, at least 1. Default: 25. */
  readonly startDivisor?: number | undefined
  /** The first rate divided by the last, at least 1. Default: 10000. */
  readonly finalDivisor?: number | undefined
}

/** The learning rate is reduced when the loss on the validation rows (without them, on the training rows) stays as it is. */
export interface PlateauSchedule {
  readonly type: 'plateau'
  /** What the rate is multiplied by: between 0 and 1, both excluded. Default: 0.1. */
  readonly factor?: number | undefined
  /** Epochs without improvement before a reduction, at least 0. Default: 10. */
  readonly patience?: number | undefined
  /** The rate is not reduced below this; at least 0. Default: 0. */
  readonly minimum?: number | undefined
  /** Share of the best loss by which a loss must be smaller to count: at least 0, below 1. Default: 0.0001. */
  readonly threshold?: number | undefined
}

/** How the learning rate changes, as one writes it; `type` says which. What has a default may be left out. */
export type ScheduleInput =
  | ConstantSchedule
  | StepSchedule
  | ExponentialSchedule
  | CosineSchedule
  | OneCycleSchedule
  | PlateauSchedule

/** How the learning rate changes, as plain data with its defaults filled in; `type` says which. */
export type Schedule =
  | Filled<ConstantSchedule, 'warmupSteps'>
  | Filled<StepSchedule, 'factor' | 'warmupSteps'>
  | Filled<ExponentialSchedule, 'warmupSteps'>
  | Filled<CosineSchedule, 'final' | 'warmupSteps'>
  | Filled<OneCycleSchedule, 'warmup' | 'startDivisor' | 'finalDivisor'>
  | Filled<PlateauSchedule, 'factor' | 'patience' | 'minimum' | 'threshold'>
