import { groupBy } from '../../base/groupBy.ts'
import type { PruningDecision, TrialWithHistory } from '../../store/contract.ts'
import type { Objective } from '../definition/objective.ts'
import type { HalvingSearch } from '../definition/schema.ts'
import { isBetter, valueAfter } from '../definition/scores.ts'
import type { TrialSpec } from '../search/expand.ts'
import { epochsText } from './epochsText.ts'
import { afterFailure } from './failedCombination.ts'

/** A rung of successive halving: of `candidates` combinations, `keep` go on after `epochs` epochs. */
export interface Rung {
  readonly epochs: number
  readonly candidates: number
  readonly keep: number
}

/**
 * The rungs between the first epochs and the whole training: epochs grow by the factor from rung to rung, and one of
 * `factor` combinations goes on, rounded up (Jamieson, Talwalkar 2016; the numbers are those of scikit-learn's
 * HalvingGridSearchCV). There is no rung for a combination that is alone.
 *
 * @param combinations how many begin
 * @param epochs of the whole training
 */
export function rungsOf({ factor, minEpochs }: HalvingSearch, combinations: number, epochs: number): Rung[] {
  const rungs: Rung[] = []
  let candidates = combinations
  for (let reached = minEpochs; reached < epochs && candidates > 1; reached *= factor) {
    const keep = Math.ceil(candidates / factor)
    rungs.push({ epochs: reached, candidates, keep })
    candidates = keep
  }
  return rungs
}

/** What is decided about a combination; `out`: one of its trials has failed, so it has no score. */
type CombinationDecision = PruningDecision | { readonly type: 'out' }

/**
 * Decides about each combination, by recorded scores alone. A rung is decided when all combinations that
 * came to it have their scores or are out, so neither the number of workers nor their order makes a difference. Of
 * equal scores the earlier combination goes on.
 *
 * @param score of a combination after some epochs: undefined when not known yet, null when it has none and never will
 * @returns one decision for each combination
 */
function halve(
  rungs: readonly Rung[],
  combinations: number,
  epochs: number,
  objective: Objective,
  score: (combination: number, epochs: number) => number | null | undefined,
): CombinationDecision[] {
  const decisions: CombinationDecision[] = Array.from({ length: combinations }, () => ({
    type: 'train',
    goal: null,
  }))
  let candidates = [...decisions.keys()]
  for (const rung of rungs) {
    const scored = candidates.map((combination) => ({ combination, value: score(combination, rung.epochs) }))
    const open = scored.some(({ value }) => value === undefined)
    for (const { combination, value } of scored) {
      if (value === null) decisions[combination] = { type: 'out' }
      else if (value === undefined) decisions[combination] = { type: 'train', goal: rung.epochs }
      else if (open) decisions[combination] = { type: 'wait' }
    }
    if (open) return decisions
    const ranked = scored
      .flatMap(({ combination, value }) => (typeof value === 'number' ? [{ combination, value }] : []))
      .sort((a, b) => rankOrder(a, b, objective))
    ranked.slice(rung.keep).forEach(({ combination, value }, place) => {
      decisions[combination] = {
        type: 'stop',
        after: rung.epochs,
        reason: `place ${rung.keep + place + 1} of ${rung.candidates} after ${epochsText(rung.epochs)} (${value.toFixed(6)}), ${rung.keep} went on`,
      }
    })
    candidates = ranked.slice(0, rung.keep).map(({ combination }) => combination)
  }
  for (const combination of candidates)
    if (score(combination, epochs) === null) decisions[combination] = { type: 'out' }
  return decisions
}

/** Successive halving for the trials of an experiment; a combination's score is the mean over its folds and seeds. */
export function halvingDecisions(
  search: HalvingSearch,
  objective: Objective,
  trials: readonly TrialSpec[],
  records: ReadonlyMap<number, TrialWithHistory>,
): PruningDecision[] {
  const groups = groupBy(trials, ({ combination }) => combination)
  const epochs = trials[0]?.config.epochs ?? 0
  const score = (combination: number, reached: number) =>
    meanOf(
      (groups.get(combination) ?? []).map(({ index }) => valueAfter(records.get(index), reached, objective)),
    )
  const decided = halve(rungsOf(search, groups.size, epochs), groups.size, epochs, objective, score)
  const failed = new Map<TrialSpec, PruningDecision>()
  for (const [combination, group] of groups) {
    if (decided[combination]?.type !== 'out') continue
    const decisions = afterFailure(group, records, epochs)
    group.forEach((trial, i) => {
      failed.set(trial, decisions[i] ?? { type: 'wait' })
    })
  }
  return trials.map((trial) => {
    const { combination, index } = trial
    const decision = decided[combination] ?? { type: 'wait' }
    if (decision.type === 'out') return failed.get(trial) ?? { type: 'wait' }
    if (decision.type !== 'train' || decision.goal === null) return decision
    // Of several folds, those that are at the rung wait for the others.
    return valueAfter(records.get(index), decision.goal, objective) === undefined
      ? decision
      : { type: 'wait' }
  })
}

type Ranked = { readonly combination: number; readonly value: number }

function rankOrder(a: Ranked, b: Ranked, objective: Objective): number {
  if (a.value === b.value) return a.combination - b.combination
  return isBetter(a.value, b.value, objective) ? -1 : 1
}

/** null as soon as one value is: a combination one of whose trials failed has no mean. */
function meanOf(values: readonly (number | null | undefined)[]): number | null | undefined {
  if (values.includes(null)) return null
  let sum = 0
  for (const value of values) {
    if (typeof value !== 'number') return undefined
    sum += value
  }
  return sum / values.length
}
