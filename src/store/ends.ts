import type { EpochMetrics, Owner, TrialResult } from './contract.ts'
import { putEpoch } from './epochs.ts'
import { noOwner, noScores } from './noResult.ts'
import type { Connection, StoreContext, TrialsTable } from './tables.ts'
import { scoreColumns } from './trials.ts'

/** One trial, as its owner sees it. */
export interface Held {
  readonly studyId: number
  readonly position: number
  readonly owner: Owner
}

/** Writes an epoch. @returns false where the trial is no longer the owner's */
export async function recordEpoch(
  { db, now }: StoreContext,
  held: Held,
  metrics: EpochMetrics,
  seconds: number,
): Promise<boolean> {
  const mine = await update(db, held, { epochs: metrics.epoch, seconds, heartbeat_at: now() })
  if (mine) await putEpoch(db, held.studyId, held.position, metrics)
  return mine
}

export async function finish({ db, now }: StoreContext, held: Held, result: TrialResult): Promise<boolean> {
  const trial = await db
    .selectFrom('trials')
    .select('metric')
    .where('study_id', '=', held.studyId)
    .where('position', '=', held.position)
    .executeTakeFirst()
  // Its study was deleted.
  if (trial === undefined) return false
  return update(db, held, {
    status: 'done',
    ...noOwner,
    ended_at: now(),
    checkpoint: null,
    goal: null,
    epochs: result.epochs,
    weights_epoch: result.weightsEpoch,
    value: result.scores[trial.metric],
    seconds: result.seconds,
    ...scoreColumns(result.scores),
    weights_sha256: result.weightsSha256,
    details: JSON.stringify(result.details),
    reason_kind: null,
    reason: null,
  })
}

export function fail(
  { db, now }: StoreContext,
  held: Held,
  { kind, reason, seconds }: { readonly kind: string; readonly reason: string; readonly seconds: number },
): Promise<boolean> {
  return update(db, held, {
    status: 'failed',
    ...noOwner,
    ended_at: now(),
    checkpoint: null,
    goal: null,
    reason_kind: kind,
    reason,
    seconds,
  })
}

export function prune(
  { db, now }: StoreContext,
  held: Held,
  { reason, after, seconds }: { readonly reason: string; readonly after: number; readonly seconds: number },
): Promise<boolean> {
  return update(db, held, { ...noOwner, ...prunedColumns(reason, after, now()), seconds })
}

/** What a pruned trial has, whatever it had before. Its time stays. */
export function prunedColumns(reason: string, epochs: number, moment: string) {
  return {
    ...noScores,
    status: 'pruned',
    goal: null,
    ended_at: moment,
    epochs,
    reason_kind: 'pruned',
    reason,
  } as const
}

export function saveCheckpoint({ db }: StoreContext, held: Held, file: string): Promise<boolean> {
  return update(db, held, { checkpoint: file })
}

export function pause({ db }: StoreContext, held: Held, seconds: number): Promise<boolean> {
  return update(db, held, { status: 'paused', ...noOwner, seconds })
}

/** Changes a running trial that is still the owner's. */
async function update(
  db: Connection,
  { studyId, position, owner }: Held,
  values: Partial<TrialsTable>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('trials')
    .set(values)
    .where('study_id', '=', studyId)
    .where('position', '=', position)
    .where('owner', '=', owner.id)
    .where('status', '=', 'running')
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}
