import { type Directive, epochsText } from './directive.ts'
import type { TrialSpec } from './expand.ts'
import type { Objective } from './objective.ts'
import { isBetter, type TrialRecord, valueAfter } from './record.ts'
import type { HalvingSearch } from './schema.ts'

/** A station of successive halving: after so many epochs, so many combinations go on. */
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

/**
 * What each combination should do, decided by recorded scores alone. A rung is decided when all combinations that
 * came to it have their scores, so neither the number of workers nor their order makes a difference. Of equal scores
 * the earlier combination goes on; a failed one never does.
 *
 * @param score of a combination at a rung: undefined when not known yet, null when it failed
 * @returns one directive for each combination
 */
export function halve(
  rungs: readonly Rung[],
  combinations: number,
  epochs: number,
  objective: Objective,
  score: (combination: number, rung: Rung) => number | null | undefined,
): Directive[] {
  const directives: Directive[] = Array.from({ length: combinations }, () => ({
    type: 'train',
    until: epochs,
  }))
  let candidates = [...directives.keys()]
  for (const rung of rungs) {
    const scored = candidates.map((combination) => ({ combination, value: score(combination, rung) }))
    if (scored.some(({ value }) => value === undefined)) {
      for (const { combination, value } of scored) {
        directives[combination] =
          value === undefined ? { type: 'train', until: rung.epochs } : { type: 'wait' }
      }
      return directives
    }
    const ranked = scored
      .flatMap(({ combination, value }) => (typeof value === 'number' ? [{ combination, value }] : []))
      .sort((a, b) => rankOrder(a, b, objective))
    ranked.slice(rung.keep).forEach(({ combination, value }, place) => {
      directives[combination] = {
        type: 'stop',
        after: rung.epochs,
        reason: `place ${rung.keep + place + 1} of ${rung.candidates} after ${epochsText(rung.epochs)} (${value.toFixed(6)}), ${rung.keep} went on`,
      }
    })
    candidates = ranked.slice(0, rung.keep).map(({ combination }) => combination)
  }
  return directives
}

/** Successive halving for the trials of an experiment; a combination's score is the mean over its folds and seeds. */
export function halvingDirectives(
  search: HalvingSearch,
  objective: Objective,
  trials: readonly TrialSpec[],
  records: ReadonlyMap<number, TrialRecord>,
): Directive[] {
  const groups = new Map<number, TrialSpec[]>()
  for (const trial of trials) {
    const group = groups.get(trial.combination)
    if (group === undefined) groups.set(trial.combination, [trial])
    else group.push(trial)
  }
  const epochs = trials[0]?.config.epochs ?? 0
  const score = (combination: number, rung: Rung) =>
    meanOf(
      (groups.get(combination) ?? []).map(({ index }) =>
        valueAfter(records.get(index), rung.epochs, objective),
      ),
    )
  const decided = halve(rungsOf(search, groups.size, epochs), groups.size, epochs, objective, score)
  return trials.map(({ combination, index }) => {
    const directive = decided[combination] ?? { type: 'wait' }
    if (directive.type !== 'train' || directive.until === epochs) return directive
    // Of several folds, those that are at the rung wait for the others.
    return valueAfter(records.get(index), directive.until, objective) === undefined
      ? directive
      : { type: 'wait' }
  })
}

type Ranked = { readonly combination: number; readonly value: number }

function rankOrder(a: Ranked, b: Ranked, objective: Objective): number {
  if (a.value === b.value) return a.combination - b.combination
  return isBetter(a.value, b.value, objective) ? -1 : 1
}

function meanOf(values: readonly (number | null | undefined)[]): number | null | undefined {
  let sum = 0
  if (values.includes(undefined)) return undefined
  for (const value of values) {
    if (typeof value !== 'number') return null
    sum += value
  }
  return sum / values.length
}
