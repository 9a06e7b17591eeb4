import type { PruningDecision, TrialWithHistory } from '../../store/contract.ts'
import type { TrialSpec } from '../search/expand.ts'

/**
 * What the trials of a combination do when one of them has failed, so that the combination has no score: they stop.
 *
 * The trial that fails in the earliest epoch, of several the first in the order of the study, keeps its failure; all
 * others are stopped because of it. To be sure which one that is, the others are trained up to the epoch in which it
 * failed, and no further. So the outcome is a function of the scores and failures alone, whichever failed first by the
 * clock.
 *
 * @param trials of the combination, in order
 * @param epochs of the whole training
 */
export function afterFailure(
  trials: readonly TrialSpec[],
  records: ReadonlyMap<number, TrialWithHistory>,
  epochs: number,
): PruningDecision[] {
  let first: { readonly place: number; readonly reached: number } | undefined
  trials.forEach(({ index }, place) => {
    const record = records.get(index)
    if (record?.status !== 'failed') return
    const reached = record.history.length
    if (first === undefined || reached < first.reached) first = { place, reached }
  })
  const failed = first
  return trials.map(({ index }, place) => {
    if (failed === undefined || place === failed.place) return { type: 'train', goal: null }
    const after = Math.min(epochs, place < failed.place ? failed.reached + 1 : failed.reached)
    const record = records.get(index)
    const ended = record?.status === 'done' || record?.status === 'failed'
    if (!ended && (record?.history.length ?? 0) < after)
      return { type: 'train', goal: after < epochs ? after : null }
    return { type: 'stop', after, reason: `${nameOf(trials, failed.place)} failed` }
  })
}

/** "fold 2 of 5", "fold 2 of 5, seed 3" or "seed 3": what tells a trial from the others of its combination. */
function nameOf(trials: readonly TrialSpec[], place: number): string {
  const trial = trials[place]
  if (trial === undefined) return ''
  const { fold, seed } = trial
  const seeds = new Set(trials.map((other) => other.seed)).size
  return [
    ...(fold === null ? [] : [`fold ${fold.index + 1} of ${fold.k}`]),
    ...(seeds > 1 || fold === null ? [`seed ${seed}`] : []),
  ].join(', ')
}
