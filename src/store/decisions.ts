import { groupBy } from '../base/groupBy.ts'
import type { Decision, EpochMetrics, TrialRecord } from './contract.ts'
import { prunedColumns } from './ends.ts'
import { completeEpochs, listEpochs } from './epochs.ts'
import type { StoreContext, TrialsTable } from './tables.ts'
import { listTrials } from './trials.ts'

/** Writes what a rule decides about trials that are not running, in one transaction with what it decides by. */
export async function direct(
  store: StoreContext,
  studyId: number,
  decide: (
    trials: readonly TrialRecord[],
    epochs: ReadonlyMap<number, readonly EpochMetrics[]>,
  ) => readonly Decision[],
): Promise<number> {
  const trials = await listTrials(store, studyId)
  const epochs = groupBy(await listEpochs(store, studyId), ({ position }) => position)
  const byPosition = new Map(trials.map((trial) => [trial.position, trial]))
  let count = 0
  for (const decision of decide(trials, epochs)) {
    const trial = byPosition.get(decision.position)
    const recorded = completeEpochs(epochs.get(decision.position) ?? []).length
    const change = trial === undefined ? undefined : changeOf(trial, recorded, decision, store.now)
    if (change === undefined) continue
    await store.db
      .updateTable('trials')
      .set(change)
      .where('study_id', '=', studyId)
      .where('position', '=', decision.position)
      .execute()
    count++
  }
  return count
}

/**
 * undefined where the trial is not to be decided about, or is as decided already.
 *
 * @param recorded epochs of the trial, from the first on without gaps
 */
function changeOf(
  { status, goal, epochs, reason }: TrialRecord,
  recorded: number,
  decision: Decision,
  now: () => string,
): Partial<TrialsTable> | undefined {
  const idle = status === 'waiting' || status === 'paused'
  switch (decision.type) {
    case 'go':
      if (status === 'waiting' && goal === decision.goal) return undefined
      if (!idle && status !== 'pruned') return undefined
      // A trial whose epochs have reached the goal would pause at once, and be sent on again without end.
      if (decision.goal !== null && decision.goal <= recorded) return undefined
      return { status: 'waiting', goal: decision.goal, reason_kind: null, reason: null, ended_at: null }
    case 'hold':
      return status === 'waiting' ? { status: 'paused' } : undefined
    case 'stop': {
      const ended = status === 'done' || status === 'failed'
      if (status === 'running' || (ended && recorded < decision.after)) return undefined
      const counted = Math.min(recorded, decision.after)
      if (status === 'pruned' && reason === decision.reason && epochs === counted) return undefined
      return prunedColumns(decision.reason, counted, now())
    }
  }
}
