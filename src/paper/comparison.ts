import type { Params } from '../study/definition/schema.ts'
import type { PaperId } from './experiments.ts'

export type Measure =
  | 'trainAccuracy'
  | 'validationAccuracy'
  | 'testAccuracy'
  | 'testLoss'
  /** Running: the mean over the batches of an epoch, each with the weights of its moment, dropout at work. */
  | 'runningLoss'
  | 'runningAccuracy'

/** Where the value beside a published one comes from: trainings. */
export interface Measured {
  readonly type: 'measured'
  /** An experiment of the study, or of the refits. */
  readonly part: string
  /** The combinations that have these values; where they are several, all count. */
  readonly params: Params
  /** null: with the weights that the training ends with. */
  readonly epoch: number | null
  readonly measure: Measure
  /** Over seeds and folds. */
  readonly statistic: 'mean' | 'std'
}

/** The value beside a setting that the paper found best: what our search found. */
export interface Chosen {
  readonly type: 'chosen'
  readonly part: string
  /** Of the best combination. */
  readonly field: string
  /** Of a list of hidden layers: its first entry, or how many there are. */
  readonly of?: 'width' | 'depth'
}

/** A published result and what stands beside it. */
export interface Comparison {
  /** Place in `published`, such as "cnn/accuracyCurve/accuracy". */
  readonly path: string
  readonly experiment: PaperId
  readonly section: string
  readonly figure: number | null
  readonly what: string
  readonly paper: number
  readonly ours: Measured | Chosen
}

/** What the comparisons of one experiment have in common. */
export type Place = Pick<Comparison, 'experiment' | 'section' | 'figure'>

export function comparison(
  place: Place,
  path: string,
  what: string,
  paper: number,
  ours: Measured | Chosen,
): Comparison {
  return { ...place, path, what, paper, ours }
}

export function measured(
  part: string,
  params: Params,
  measure: Measure = 'testAccuracy',
  { epoch = null, statistic = 'mean' }: Partial<Pick<Measured, 'epoch' | 'statistic'>> = {},
): Measured {
  return { type: 'measured', part, params, epoch, measure, statistic }
}

export function chosen(part: string, field: string, of?: Chosen['of']): Chosen {
  return { type: 'chosen', part, field, ...(of === undefined ? {} : { of }) }
}
