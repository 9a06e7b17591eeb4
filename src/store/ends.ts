import { noOwner, noScores } from './columns.ts'
import type { EpochMetrics, Owner, TrialResult } from './contract.ts'
import { putEpoch } from './epochs.ts'
import type { Connection, StoreContext, TrialsTable } from './tables.ts'

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
  const mine = await update(db, held, { epochs: metrics.epoch, seconds, heartbeatAt: now() })
  if (mine) await putEpoch(db, held.studyId, held.position, metrics)
  return mine
}

export async function finish({ db, now }: StoreContext, held: Held, result: TrialResult): Promise<boolean> {
  const trial = await db
    .selectFrom('trials')
    .select('metric')
    .where('studyId', '=', held.studyId)
    .where('position', '=', held.position)
    .executeTakeFirst()
  // Its study was deleted.
  if (trial === undefined) return false
  return update(db, held, {
    status: 'done',
    ...noOwner,
    endedAt: now(),
    checkpoint: null,
    goal: null,
    epochs: result.epochs,
    weightsEpoch: result.weightsEpoch,
    value: result.scores[trial.metric],
    seconds: result.seconds,
    ...result.scores,
    weightsSha256: result.weightsSha256,
    details: JSON.stringify(result.details),
    reasonKind: null,
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
    endedAt: now(),
    checkpoint: null,
    goal: null,
    reasonKind: kind,
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
    endedAt: moment,
    epochs,
    reasonKind: 'pruned',
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
    .where('studyId', '=', studyId)
    .where('position', '=', position)
    .where('owner', '=', owner.id)
    .where('status', '=', 'running')
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}
