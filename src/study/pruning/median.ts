import type { PruningDecision, StopDecision, TrialWithHistory } from '../../store/contract.ts'
import type { Objective } from '../definition/objective.ts'
import type { MedianRule } from '../definition/schema.ts'
import { isBetter, valueAfter } from '../definition/scores.ts'
import type { TrialSpec } from '../search/expand.ts'
import { epochsText } from './epochsText.ts'

/**
 * The median rule (Golovin et al. 2017, section 3.2.2, in the form of Optuna's MedianPruner): after an epoch, a trial
 * is stopped when the best score it has had is worse than the median of what the trials before it had after that epoch.
 *
 * Here "before" is the order of the study, never that of the clock, so which trials are stopped is a function of
 * their scores alone. A trial that is ahead of those it is compared with goes on meanwhile, and may be found later to
 * have been stopped at an epoch that it has long passed.
 *
 * Of a combination's folds and seeds the first trial is compared, with the first trials of other combinations. The
 * others begin when it got through, and never when it was stopped.
 *
 * @param trials of one experiment, in order
 * @returns one decision for each trial
 */
export function medianDecisions(
  rule: MedianRule,
  objective: Objective,
  trials: readonly TrialSpec[],
  records: ReadonlyMap<number, TrialWithHistory>,
): PruningDecision[] {
  const earlier = new Earlier()
  let leader: Judged | undefined
  return trials.map((trial) => {
    if (leader?.combination !== trial.combination) {
      leader = judge(rule, objective, trial, records.get(trial.index), earlier)
      earlier.add(leader, trial.config.epochs)
      return leader.stopped ?? { type: 'train', goal: null }
    }
    const { stopped, finished } = leader
    if (stopped !== undefined) return { type: 'stop', after: 0, reason: `its first trial: ${stopped.reason}` }
    return finished ? { type: 'train', goal: null } : { type: 'wait' }
  })
}

/** A trial as far as the rule can be applied to it. */
interface Judged {
  readonly combination: number
  readonly stopped: StopDecision | undefined
  /** Nothing that is still to come can stop it. */
  readonly finished: boolean
  /** Its score after an epoch: null where there is none, undefined where that is not known yet. */
  readonly after: (epoch: number) => number | null | undefined
}

function judge(
  rule: MedianRule,
  objective: Objective,
  { combination, config }: TrialSpec,
  record: TrialWithHistory | undefined,
  earlier: Earlier,
): Judged {
  const value = (epoch: number) => valueAfter(record, epoch, objective)
  const through: Judged = { combination, stopped: undefined, finished: true, after: value }
  if (earlier.count < rule.minTrials) return through
  // Its later scores may turn out not to count. No decision rests on them until then: what this trial waits for, all
  // trials after it wait for as well.
  const open: Judged = { ...through, finished: false }
  const reached = record?.history.at(-1)?.epoch ?? 0
  const ended = record?.status === 'done' || record?.status === 'failed'
  let best: number | undefined
  for (let epoch = 1; epoch < config.epochs; epoch++) {
    if (ended && epoch > reached) return through
    const own = value(epoch)
    if (own === undefined) return open
    if (own !== null && (best === undefined || isBetter(own, best, objective))) best = own
    if (epoch <= rule.warmupEpochs || best === undefined) continue
    const others = earlier.after(epoch)
    if (others === undefined) return open
    if (others.length < rule.minTrials) continue
    const middle = median(others)
    if (!isBetter(middle, best, objective)) continue
    const reason = `${best.toFixed(6)} after ${epochsText(epoch)}, the median of ${others.length} trials is ${middle.toFixed(6)}`
    return {
      ...through,
      stopped: { type: 'stop', after: epoch, reason },
      after: (other) => (other <= epoch ? value(other) : null),
    }
  }
  return through
}

/** The scores of all trials so far, sorted, by epoch. */
class Earlier {
  count = 0
  private readonly values: number[][] = []
  private readonly open: boolean[] = []

  add({ after }: Judged, epochs: number): void {
    this.count++
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const value = after(epoch)
      if (value === undefined) this.open[epoch] = true
      if (typeof value !== 'number') continue
      const values = this.values[epoch] ?? []
      values.splice(placeOf(value, values), 0, value)
      this.values[epoch] = values
    }
  }

  /** In rising order; undefined while one of them is not known yet. */
  after(epoch: number): readonly number[] | undefined {
    return this.open[epoch] === true ? undefined : (this.values[epoch] ?? [])
  }
}

/** How many values are smaller. */
function placeOf(value: number, sorted: readonly number[]): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}

/** The middle of sorted values; of an even number the mean of the two in the middle. */
function median(sorted: readonly number[]): number {
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2
}
