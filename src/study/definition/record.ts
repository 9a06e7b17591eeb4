import type { EpochRecord, Score } from '../../train/events.ts'
import type { Objective } from './objective.ts'

/** What is known of a trial that has begun. A `TrainingResult` has most of these fields. */
export interface TrialRecord {
  /** Of the trial in its study. */
  readonly index: number
  /** `running` also while it waits between two rungs; `pruned` when it was stopped by a rule. */
  readonly status: 'running' | 'done' | 'failed' | 'pruned'
  /** The epochs so far; the scores after each are what rules decide by. */
  readonly history: readonly Pick<EpochRecord, 'epoch' | 'train' | 'validation' | 'test'>[]
  /** Measured with the weights that the training ended with; null before the end. */
  readonly train: Score | null
  readonly validation: Score | null
  readonly test: Score | null
  /** The epoch that the weights are of; null before the end. */
  readonly weightsEpoch: number | null
  /** Wall time, evaluation included. */
  readonly seconds: number
  /** Why it failed, or was stopped: a short name of the kind, such as "diverged", and a sentence. */
  readonly reasonKind: string | null
  readonly reason: string | null
}

/** The score of the weights that a trial ended with; null where there is none or it is not finite. */
export function finalValue(record: TrialRecord, { part, measure }: Objective): number | null {
  return finite(record[part]?.[measure])
}

/**
 * The score after an epoch. A trial that ended earlier by early stopping keeps the score it ended with.
 *
 * @returns undefined when the trial has not got there; null when it never will, or the score is not finite
 */
export function valueAfter(
  record: TrialRecord | undefined,
  epoch: number,
  objective: Objective,
): number | null | undefined {
  if (record === undefined) return undefined
  // Epochs count from 1 and none is left out.
  const reached = record.history[epoch - 1]
  if (reached !== undefined) return finite(reached[objective.part]?.[objective.measure])
  if (record.status === 'done') return finalValue(record, objective)
  return record.status === 'failed' ? null : undefined
}

export function isBetter(a: number, b: number, { direction }: Objective): boolean {
  return direction === 'maximize' ? a > b : a < b
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null
}
