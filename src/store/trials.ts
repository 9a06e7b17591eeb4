import * as z from 'zod'
import type { FullTrial, NewTrial, Scores, TrialFilter, TrialRecord } from './contract.ts'
import { readJson } from './json.ts'
import { DamagedRowError } from './storeError.ts'
import type { ScoreColumns, StoreContext, TrialsTable } from './tables.ts'

/** All columns but the two long ones. */
export const listed = [
  'study_id',
  'position',
  'hash',
  'experiment',
  'combination',
  'params',
  'fold',
  'seed',
  'goal',
  'metric',
  'status',
  'attempts',
  'owner',
  'machine',
  'pid',
  'heartbeat_at',
  'started_at',
  'ended_at',
  'epochs',
  'weights_epoch',
  'value',
  'seconds',
  'train_loss',
  'train_accuracy',
  'validation_loss',
  'validation_accuracy',
  'test_loss',
  'test_accuracy',
  'weights_sha256',
  'reason_kind',
  'reason',
  'reused_from',
  'environment_id',
] as const satisfies readonly (keyof TrialsTable)[]

const paramsSchema = z.record(z.string(), z.unknown())

export type ListedRow = Pick<TrialsTable, (typeof listed)[number]>

/** A statement has room for so many rows: SQLite takes at most 32766 parameters. */
const rowsPerInsert = 500

export async function addTrials(
  { db }: StoreContext,
  studyId: number,
  trials: readonly NewTrial[],
): Promise<void> {
  for (let i = 0; i < trials.length; i += rowsPerInsert) {
    const rows = trials.slice(i, i + rowsPerInsert).map((trial) => ({
      study_id: studyId,
      position: trial.position,
      hash: trial.hash,
      experiment: trial.experiment,
      combination: trial.combination,
      params: JSON.stringify(trial.params),
      fold: trial.fold,
      seed: trial.seed,
      config: JSON.stringify(trial.config),
      goal: trial.goal,
      metric: trial.metric,
      status: 'waiting' as const,
      attempts: 0,
      epochs: 0,
    }))
    await db
      .insertInto('trials')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['study_id', 'position']).doNothing())
      .execute()
  }
}

export async function listTrials(
  { db }: StoreContext,
  studyId: number,
  { status, experiment, limit }: TrialFilter = {},
): Promise<readonly TrialRecord[]> {
  let query = db.selectFrom('trials').where('study_id', '=', studyId)
  if (status !== undefined) query = query.where('status', '=', status)
  if (experiment !== undefined) query = query.where('experiment', '=', experiment)
  if (limit !== undefined) query = query.limit(limit)
  const rows = await query.select(listed).orderBy('position').execute()
  return rows.map(toTrial)
}

export async function bestTrials(
  { db }: StoreContext,
  studyId: number,
  order: { readonly largest: boolean; readonly limit: number; readonly experiment?: string },
): Promise<readonly TrialRecord[]> {
  let query = db
    .selectFrom('trials')
    .where('study_id', '=', studyId)
    .where('value', 'is not', null)
    .where('status', '=', 'done')
  if (order.experiment !== undefined) query = query.where('experiment', '=', order.experiment)
  const rows = await query
    .select(listed)
    .orderBy('value', order.largest ? 'desc' : 'asc')
    .orderBy('position')
    .limit(order.limit)
    .execute()
  return rows.map(toTrial)
}

export async function fullTrial(
  { db }: StoreContext,
  studyId: number,
  position: number,
): Promise<FullTrial | undefined> {
  const row = await db
    .selectFrom('trials')
    .where('study_id', '=', studyId)
    .where('position', '=', position)
    .selectAll()
    .executeTakeFirst()
  return row === undefined ? undefined : toFullTrial(row)
}

export function toTrial(row: ListedRow): TrialRecord {
  const { owner, machine, pid } = row
  const params = paramsSchema.safeParse(readColumn(row, 'params', row.params))
  if (!params.success)
    throw new DamagedRowError('trials', keyOf(row), 'params is not an object', { cause: params.error })
  return {
    studyId: row.study_id,
    position: row.position,
    hash: row.hash,
    experiment: row.experiment,
    combination: row.combination,
    params: params.data,
    fold: row.fold,
    seed: Number(row.seed),
    goal: row.goal,
    metric: row.metric,
    status: row.status,
    attempts: row.attempts,
    owner: owner === null || machine === null || pid === null ? null : { id: owner, machine, pid },
    heartbeatAt: row.heartbeat_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    epochs: row.epochs,
    weightsEpoch: row.weights_epoch,
    value: row.value,
    seconds: row.seconds,
    ...toScores(row),
    weightsSha256: row.weights_sha256,
    reasonKind: row.reason_kind,
    reason: row.reason,
    reusedFrom: row.reused_from,
    environmentId: row.environment_id,
  }
}

export function toFullTrial(row: TrialsTable): FullTrial {
  const config = readColumn(row, 'config', row.config)
  const details = row.details === null ? null : readColumn(row, 'details', row.details)
  return { ...toTrial(row), config, details, checkpoint: row.checkpoint }
}

type RowKey = Pick<TrialsTable, 'study_id' | 'position'>

function readColumn(row: RowKey, column: 'params' | 'config' | 'details', text: string): unknown {
  return readJson(text, 'trials', keyOf(row), column)
}

function keyOf({ study_id, position }: RowKey): string {
  return `study_id = ${study_id} and position = ${position}`
}

export function toScores(row: ScoreColumns): Scores {
  return {
    trainLoss: row.train_loss,
    trainAccuracy: row.train_accuracy,
    validationLoss: row.validation_loss,
    validationAccuracy: row.validation_accuracy,
    testLoss: row.test_loss,
    testAccuracy: row.test_accuracy,
  }
}

export function scoreColumns(scores: Scores): ScoreColumns {
  return {
    train_loss: scores.trainLoss,
    train_accuracy: scores.trainAccuracy,
    validation_loss: scores.validationLoss,
    validation_accuracy: scores.validationAccuracy,
    test_loss: scores.testLoss,
    test_accuracy: scores.testAccuracy,
  }
}
