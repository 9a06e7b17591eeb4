import { type SqlBool, sql } from 'kysely'
import { epochColumns, listedColumns, noOwner, pick, resultColumns } from './columns.ts'
import type { TrialScope } from './contract.ts'
import { within } from './scope.ts'
import type { Connection, StoreContext, TrialsTable } from './tables.ts'

type Place = Pick<TrialsTable, 'studyId' | 'position' | 'metric'>

/** A trial of this hash that is done, with all its epochs, in this study or, without one, in any. */
export function reusable(
  db: Connection,
  hash: string,
  studyId: number | undefined,
): Promise<TrialsTable | undefined> {
  const done = db
    .selectFrom('trials')
    .where('hash', '=', hash)
    .where('status', '=', 'done')
    .where(hasAllEpochs('trials'))
  const found = studyId === undefined ? done : done.where('studyId', '=', studyId)
  return found.selectAll().orderBy('studyId').limit(1).executeTakeFirst()
}

/**
 * Whether the epochs of a trial are all there. Earlier versions could go on from a checkpoint whose epochs had been
 * deleted with another study; rules must not decide by what is left of such a trial.
 */
function hasAllEpochs(trial: 'trials' | 'twin') {
  return sql<SqlBool>`(select count(*) from epochs where epochs.study_id = ${sql.ref(`${trial}.study_id`)} and epochs.position = ${sql.ref(`${trial}.position`)} and epochs.epoch <= ${sql.ref(`${trial}.epochs`)}) = ${sql.ref(`${trial}.epochs`)}`
}

/** Gives a trial the result and the epochs of its twin. A copy: the twin's study may be deleted one day. */
export async function copyResult(db: Connection, to: Place, from: TrialsTable, moment: string) {
  const { studyId, position } = to
  await db.deleteFrom('epochs').where('studyId', '=', studyId).where('position', '=', position).execute()
  await db
    .insertInto('epochs')
    .columns(['studyId', 'position', ...epochColumns])
    .expression(({ selectFrom, val }) =>
      selectFrom('epochs')
        .select([val(studyId).as('studyId'), val(position).as('position')])
        .select(epochColumns)
        .where('studyId', '=', from.studyId)
        .where('position', '=', from.position),
    )
    .execute()
  return db
    .updateTable('trials')
    .set({
      status: 'done',
      ...noOwner,
      endedAt: moment,
      checkpoint: null,
      goal: null,
      reasonKind: null,
      reason: null,
      ...pick(from, resultColumns),
      value: from[to.metric],
      // The one that was really run, not another copy.
      reusedFrom: from.reusedFrom ?? from.studyId,
    })
    .where('studyId', '=', studyId)
    .where('position', '=', position)
    .returning(listedColumns)
    .executeTakeFirstOrThrow()
}

/** Copies the results of all waiting trials of a scope that have a twin that is done. */
export async function reuseAll(
  { db, now }: StoreContext,
  studyId: number,
  scope: TrialScope = {},
): Promise<number> {
  const waiting = await db
    .selectFrom('trials as waiting')
    .where('waiting.studyId', '=', studyId)
    .where('waiting.status', '=', 'waiting')
    .where((waiting) => within(waiting, scope, 'waiting.position', 'waiting.experiment'))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('trials as twin')
          .select('twin.position')
          .whereRef('twin.hash', '=', 'waiting.hash')
          .where('twin.status', '=', 'done')
          .where(hasAllEpochs('twin')),
      ),
    )
    .select(['waiting.studyId', 'waiting.position', 'waiting.hash', 'waiting.metric'])
    .execute()
  const moment = now()
  for (const row of waiting) {
    const twin = await reusable(db, row.hash, undefined)
    if (twin !== undefined) await copyResult(db, row, twin, moment)
  }
  return waiting.length
}
