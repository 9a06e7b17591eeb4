import type { ScoreName, Scores, TrialWithHistory } from '../../store/contract.ts'
import type { Objective } from './objective.ts'

/**
 * A score as it was measured. The store keeps NaN as null: where one of a part's two scores is null, the part was not
 * measured or has diverged, and neither counts.
 */
export function scoreOf(scores: Scores, name: ScoreName): number | null {
  const part = name.startsWith('train') ? 'train' : name.startsWith('test') ? 'test' : 'validation'
  return scores[`${part}Loss`] === null || scores[`${part}Accuracy`] === null ? null : scores[name]
}

/** The score that the objective names; null where there is none or it is not finite. */
export function finalValue(scores: Scores, { metric }: Objective): number | null {
  const score = scoreOf(scores, metric)
  return score !== null && Number.isFinite(score) ? score : null
}

/**
 * The score of a trial after an epoch. A trial that ended earlier by early stopping keeps the score it ended with.
 *
 * @returns undefined when the trial has not got there; null when it never will, or the score is not finite
 */
export function valueAfter(
  trial: TrialWithHistory | undefined,
  epoch: number,
  objective: Objective,
): number | null | undefined {
  if (trial === undefined) return undefined
  // Epochs count from 1 and none is left out.
  const reached = trial.history[epoch - 1]
  if (reached !== undefined) return finalValue(reached, objective)
  if (trial.status === 'done') return finalValue(trial, objective)
  return trial.status === 'failed' ? null : undefined
}

export function isBetter(a: number, b: number, { direction }: Objective): boolean {
  return direction === 'maximize' ? a > b : a < b
}
