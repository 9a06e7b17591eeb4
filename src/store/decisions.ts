import type { PruningDecision, TrialWithHistory } from './contract.ts'
import { prunedColumns } from './ends.ts'
import { listEpochs, withHistory } from './epochs.ts'
import type { StoreContext, TrialsTable } from './tables.ts'
import { listTrials } from './trials.ts'

/** See `StudyStore.applyDecisions`. Reading and writing happen in the caller's transaction. */
export async function applyDecisions(
  store: StoreContext,
  studyId: number,
  decide: (trials: readonly TrialWithHistory[]) => ReadonlyMap<number, PruningDecision>,
): Promise<number> {
  const trials = withHistory(await listTrials(store, studyId), await listEpochs(store, studyId))
  const decisions = decide(trials)
  let count = 0
  for (const trial of trials) {
    const decision = decisions.get(trial.position)
    const change = decision === undefined ? undefined : changeOf(trial, decision, store.now)
    if (change === undefined) continue
    await store.db
      .updateTable('trials')
      .set(change)
      .where('studyId', '=', studyId)
      .where('position', '=', trial.position)
      .execute()
    count++
  }
  return count
}

/** The columns to write; undefined where the decision does not concern the trial or is carried out already. */
function changeOf(
  { status, goal, epochs, reason, history }: TrialWithHistory,
  decision: PruningDecision,
  now: () => string,
): Partial<TrialsTable> | undefined {
  const recorded = history.length
  switch (decision.type) {
    case 'train':
      if (status === 'waiting' && goal === decision.goal) return undefined
      if (status !== 'waiting' && status !== 'paused' && status !== 'pruned') return undefined
      // A trial whose epochs have reached the goal would pause at once, and be sent on again without end.
      if (decision.goal !== null && decision.goal <= recorded) return undefined
      return { status: 'waiting', goal: decision.goal, reasonKind: null, reason: null, endedAt: null }
    case 'wait':
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
