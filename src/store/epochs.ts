import { groupBy } from '../base/groupBy.ts'
import { epochColumns, pick } from './columns.ts'
import type { EpochMetrics, TrialEpoch, TrialRecord, TrialWithHistory } from './contract.ts'
import type { Connection, StoreContext } from './tables.ts'

/** An epoch that was recorded before, by an owner who died later, is written over: it is the same. */
export async function putEpoch(
  db: Connection,
  studyId: number,
  position: number,
  metrics: EpochMetrics,
): Promise<void> {
  const row = { studyId, position, ...pick(metrics, epochColumns) }
  await db
    .insertInto('epochs')
    .values(row)
    .onConflict((conflict) => conflict.columns(['studyId', 'position', 'epoch']).doUpdateSet(row))
    .execute()
}

/** Those from the first on without gaps. @param epochs in order */
export function completeEpochs<T extends Pick<EpochMetrics, 'epoch'>>(epochs: readonly T[]): readonly T[] {
  const gap = epochs.findIndex(({ epoch }, i) => epoch !== i + 1)
  return gap === -1 ? epochs : epochs.slice(0, gap)
}

/** @param epochs of these trials, those of a trial in order */
export function withHistory(
  trials: readonly TrialRecord[],
  epochs: readonly TrialEpoch[],
): readonly TrialWithHistory[] {
  const histories = groupBy(epochs, ({ position }) => position)
  return trials.map((trial) => ({ ...trial, history: completeEpochs(histories.get(trial.position) ?? []) }))
}

/**
 * The epochs that count: all of a trial, but of a pruned one only those up to the epoch at which its rule stops it. Whether
 * later ones were recorded depends on how fast other trials were, so no output may show them.
 */
export function countedEpochs<T extends { readonly position: number; readonly epoch: number }>(
  epochs: readonly T[],
  trials: readonly Pick<TrialRecord, 'position' | 'status' | 'epochs'>[],
): readonly T[] {
  const last = new Map(
    trials.filter(({ status }) => status === 'pruned').map((trial) => [trial.position, trial.epochs]),
  )
  return epochs.filter(({ position, epoch }) => epoch <= (last.get(position) ?? epoch))
}

export async function listEpochs(
  { db }: StoreContext,
  studyId: number,
  position?: number,
): Promise<readonly TrialEpoch[]> {
  let query = db.selectFrom('epochs').where('studyId', '=', studyId)
  if (position !== undefined) query = query.where('position', '=', position)
  return query
    .select(['position', ...epochColumns])
    .orderBy('position')
    .orderBy('epoch')
    .execute()
}
