import { noOwner, noResult } from './columns.ts'
import { type Claim, endStatuses, type HeldTrial, type Owner, type TrialScope } from './contract.ts'
import { copyResult, reusable } from './reuse.ts'
import { within } from './scope.ts'
import type { StoreContext } from './tables.ts'
import { toFullTrial, toTrial } from './trials.ts'

/**
 * Takes the first waiting trial. One statement chooses and marks it, so that two processes never get the same one;
 * on PostgreSQL the inner choice would say `for update skip locked` as well.
 */
export async function claim(
  { db, now }: StoreContext,
  studyId: number,
  owner: Owner,
  environmentId: number,
  scope: TrialScope = {},
): Promise<Claim | undefined> {
  const moment = now()
  const row = await db
    .updateTable('trials')
    .set((expression) => ({
      status: 'running',
      attempts: expression('attempts', '+', 1),
      owner: owner.id,
      machine: owner.machine,
      pid: owner.pid,
      heartbeatAt: moment,
      startedAt: moment,
      environmentId: environmentId,
    }))
    .where('studyId', '=', studyId)
    .where('status', '=', 'waiting')
    .where('position', '=', ({ selectFrom }) =>
      selectFrom('trials as candidate')
        .select('candidate.position')
        .where('candidate.studyId', '=', studyId)
        .where('candidate.status', '=', 'waiting')
        .where((candidate) => within(candidate, scope, 'candidate.position', 'candidate.experiment'))
        .where((candidate) =>
          candidate.not(
            candidate.exists(
              candidate
                .selectFrom('trials as twin')
                .select('twin.position')
                .whereRef('twin.hash', '=', 'candidate.hash')
                .where('twin.status', '=', 'running'),
            ),
          ),
        )
        .orderBy('candidate.position')
        .limit(1),
    )
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) return undefined
  const source = await reusable(db, row.hash, scope.own === true ? studyId : undefined)
  if (source === undefined) return { type: 'run', trial: toFullTrial(row) }
  const trial = await copyResult(db, row, source, moment)
  return { type: 'reused', trial: toTrial(trial) }
}

export async function heartbeat({ db, now }: StoreContext, owner: Owner): Promise<readonly HeldTrial[]> {
  const rows = await db
    .updateTable('trials')
    .set({ heartbeatAt: now() })
    .where('owner', '=', owner.id)
    .where('status', '=', 'running')
    .returning(['studyId', 'position'])
    .execute()
  return rows.map(({ studyId, position }) => ({ studyId: studyId, position }))
}

export async function release({ db }: StoreContext, owner: Owner): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('trials')
    .set({ status: 'waiting', ...noOwner })
    .where('owner', '=', owner.id)
    .where('status', '=', 'running')
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

export async function requeueStale(
  { db }: StoreContext,
  isDead: (owner: Owner, heartbeat: string) => boolean,
): Promise<number> {
  const rows = await db
    .selectFrom('trials') // `> ''` means not null, and SQLite uses an index for it.
    .where('owner', '>', '')
    .select(['studyId', 'position', 'owner', 'machine', 'pid', 'heartbeatAt'])
    .execute()
  // One trial's epochs are signs of life of its owner, so the heartbeats of all its trials count together.
  const owners = new Map<string, { readonly owner: Owner; readonly heartbeat: string }>()
  const ordered = rows.toSorted((a, b) => a.studyId - b.studyId || a.position - b.position)
  for (const { owner: id, machine, pid, heartbeatAt } of ordered) {
    if (id === null) continue
    const heartbeat = `${owners.get(id)?.heartbeat ?? ''} ${heartbeatAt}`
    owners.set(id, { owner: { id, machine: machine ?? '', pid: pid ?? 0 }, heartbeat })
  }
  const dead = [...owners.values()].filter(({ owner, heartbeat }) => isDead(owner, heartbeat))
  if (dead.length === 0) return 0
  const { numUpdatedRows } = await db
    .updateTable('trials')
    .set({ status: 'waiting', ...noOwner })
    .where(
      'owner',
      'in',
      dead.map(({ owner }) => owner.id),
    )
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

export async function retryFailed(
  { db }: StoreContext,
  studyId: number,
  scope: TrialScope = {},
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('trials')
    .set({ status: 'waiting', reasonKind: null, reason: null, endedAt: null, seconds: null })
    .where('studyId', '=', studyId)
    .where('status', '=', 'failed')
    .where((failed) => within(failed, scope, 'position', 'experiment'))
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}

export async function forget({ db }: StoreContext, studyId: number, scope: TrialScope = {}): Promise<number> {
  const ended = db
    .selectFrom('trials')
    .select('position')
    .where('studyId', '=', studyId)
    .where('status', 'in', endStatuses)
    .where((trial) => within(trial, scope, 'position', 'experiment'))
  await db.deleteFrom('epochs').where('studyId', '=', studyId).where('position', 'in', ended).execute()
  const { numUpdatedRows } = await db
    .updateTable('trials')
    .set({ status: 'waiting', attempts: 0, ...noResult })
    .where('studyId', '=', studyId)
    .where('position', 'in', ended)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}
