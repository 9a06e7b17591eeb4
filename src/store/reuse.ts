import { type SqlBool, sql } from 'kysely'
import type { TrialScope } from './contract.ts'
import { noOwner } from './noResult.ts'
import { within } from './scope.ts'
import type { Connection, StoreContext, TrialsTable } from './tables.ts'
import { toScores } from './trials.ts'

type Place = Pick<TrialsTable, 'study_id' | 'position' | 'metric'>

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
  const found = studyId === undefined ? done : done.where('study_id', '=', studyId)
  return found.selectAll().orderBy('study_id').limit(1).executeTakeFirst()
}

/**
 * Whether the epochs of a trial are all there. Earlier versions could go on from a checkpoint whose epochs had been
 * deleted with another study; rules must not decide by what is left of such a trial.
 */
function hasAllEpochs(trial: 'trials' | 'twin') {
  return sql<SqlBool>`(select count(*) from epochs where epochs.study_id = ${sql.ref(`${trial}.study_id`)} and epochs.position = ${sql.ref(`${trial}.position`)} and epochs.epoch <= ${sql.ref(`${trial}.epochs`)}) = ${sql.ref(`${trial}.epochs`)}`
}

/** Gives a trial the result and the epochs of its twin. A copy: the twin's study may be deleted one day. */
export async function copyResult(
  db: Connection,
  to: Place,
  from: TrialsTable,
  moment: string,
): Promise<TrialsTable> {
  const { study_id, position } = to
  await db.deleteFrom('epochs').where('study_id', '=', study_id).where('position', '=', position).execute()
  await db
    .insertInto('epochs')
    .columns(['study_id', 'position', ...epochColumns])
    .expression(({ selectFrom, val }) =>
      selectFrom('epochs')
        .select([val(study_id).as('study_id'), val(position).as('position')])
        .select(epochColumns)
        .where('study_id', '=', from.study_id)
        .where('position', '=', from.position),
    )
    .execute()
  return db
    .updateTable('trials')
    .set({
      status: 'done',
      ...noOwner,
      ended_at: moment,
      checkpoint: null,
      goal: null,
      reason_kind: null,
      reason: null,
      epochs: from.epochs,
      weights_epoch: from.weights_epoch,
      value: toScores(from)[to.metric],
      seconds: from.seconds,
      train_loss: from.train_loss,
      train_accuracy: from.train_accuracy,
      validation_loss: from.validation_loss,
      validation_accuracy: from.validation_accuracy,
      test_loss: from.test_loss,
      test_accuracy: from.test_accuracy,
      weights_sha256: from.weights_sha256,
      details: from.details,
      environment_id: from.environment_id,
      // The one that was really run, not another copy.
      reused_from: from.reused_from ?? from.study_id,
    })
    .where('study_id', '=', study_id)
    .where('position', '=', position)
    .returningAll()
    .executeTakeFirstOrThrow()
}

const epochColumns = [
  'epoch',
  'learning_rate',
  'running_loss',
  'running_accuracy',
  'train_loss',
  'train_accuracy',
  'validation_loss',
  'validation_accuracy',
  'test_loss',
  'test_accuracy',
  'seconds',
] as const

/** Copies the results of all waiting trials of a scope that have a twin that is done. */
export async function reuseAll(
  { db, now }: StoreContext,
  studyId: number,
  scope: TrialScope = {},
): Promise<number> {
  const waiting = await db
    .selectFrom('trials as waiting')
    .where('waiting.study_id', '=', studyId)
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
    .select(['waiting.study_id', 'waiting.position', 'waiting.hash', 'waiting.metric'])
    .execute()
  const moment = now()
  for (const row of waiting) {
    const twin = await reusable(db, row.hash, undefined)
    if (twin !== undefined) await copyResult(db, row, twin, moment)
  }
  return waiting.length
}
