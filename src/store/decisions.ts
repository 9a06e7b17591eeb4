import type { Decision, EpochMetrics, TrialRecord } from './contract.ts'
import { listEpochs } from './epochs.ts'
import type { StoreContext, TrialsTable } from './tables.ts'
import { listTrials } from './trials.ts'

/** Writes what a rule decides about trials that nobody runs, in one transaction with what it decides by. */
export async function direct(
  store: StoreContext,
  studyId: number,
  decide: (
    trials: readonly TrialRecord[],
    epochs: ReadonlyMap<number, readonly EpochMetrics[]>,
  ) => readonly Decision[],
): Promise<number> {
  const trials = await listTrials(store, studyId)
  const epochs = new Map<number, EpochMetrics[]>()
  for (const { position, ...metrics } of await listEpochs(store, studyId)) {
    const list = epochs.get(position)
    if (list === undefined) epochs.set(position, [metrics])
    else list.push(metrics)
  }
  const byPosition = new Map(trials.map((trial) => [trial.position, trial]))
  let count = 0
  for (const decision of decide(trials, epochs)) {
    const trial = byPosition.get(decision.position)
    const change = trial === undefined ? undefined : changeOf(trial, decision, store.now)
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

/** undefined where the trial is not to be decided about, or is as decided already. */
function changeOf(
  { status, goal }: TrialRecord,
  decision: Decision,
  now: () => string,
): Partial<TrialsTable> | undefined {
  const idle = status === 'waiting' || status === 'paused'
  switch (decision.type) {
    case 'go':
      if (status === 'waiting' && goal === decision.goal) return undefined
      if (!idle && status !== 'pruned') return undefined
      return { status: 'waiting', goal: decision.goal, reason_kind: null, reason: null, ended_at: null }
    case 'hold':
      return status === 'waiting' ? { status: 'paused' } : undefined
    case 'stop':
      if (!idle) return undefined
      return { status: 'pruned', reason_kind: 'pruned', reason: decision.reason, ended_at: now() }
  }
}
