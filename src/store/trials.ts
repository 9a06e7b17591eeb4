import * as z from 'zod'
import { listedColumns } from './columns.ts'
import type { FullTrial, NewTrial, TrialFilter, TrialRecord } from './contract.ts'
import { readJson } from './json.ts'
import { DamagedRowError } from './storeError.ts'
import type { StoreContext, TrialsTable } from './tables.ts'

const paramsSchema = z.record(z.string(), z.unknown())

type ListedRow = Pick<TrialsTable, (typeof listedColumns)[number]>

/** A statement has room for so many rows: SQLite takes at most 32766 parameters. */
const rowsPerInsert = 500

export async function addTrials(
  { db }: StoreContext,
  studyId: number,
  trials: readonly NewTrial[],
): Promise<void> {
  for (let i = 0; i < trials.length; i += rowsPerInsert) {
    const rows = trials.slice(i, i + rowsPerInsert).map((trial) => ({
      ...trial,
      studyId,
      params: JSON.stringify(trial.params),
      config: JSON.stringify(trial.config),
      status: 'waiting' as const,
      attempts: 0,
      epochs: 0,
    }))
    await db
      .insertInto('trials')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['studyId', 'position']).doNothing())
      .execute()
  }
}

export async function listTrials(
  { db }: StoreContext,
  studyId: number,
  { status, experiment, limit }: TrialFilter = {},
): Promise<readonly TrialRecord[]> {
  let query = db.selectFrom('trials').where('studyId', '=', studyId)
  if (status !== undefined) query = query.where('status', '=', status)
  if (experiment !== undefined) query = query.where('experiment', '=', experiment)
  if (limit !== undefined) query = query.limit(limit)
  const rows = await query.select(listedColumns).orderBy('position').execute()
  return rows.map(toTrial)
}

export async function bestTrials(
  { db }: StoreContext,
  studyId: number,
  order: { readonly largest: boolean; readonly limit: number; readonly experiment?: string },
): Promise<readonly TrialRecord[]> {
  let query = db
    .selectFrom('trials')
    .where('studyId', '=', studyId)
    .where('value', 'is not', null)
    .where('status', '=', 'done')
  if (order.experiment !== undefined) query = query.where('experiment', '=', order.experiment)
  const rows = await query
    .select(listedColumns)
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
    .where('studyId', '=', studyId)
    .where('position', '=', position)
    .selectAll()
    .executeTakeFirst()
  return row === undefined ? undefined : toFullTrial(row)
}

export function toTrial({ machine, pid, ...row }: ListedRow): TrialRecord {
  const { owner, seed } = row
  const params = paramsSchema.safeParse(readColumn(row, 'params', row.params))
  if (!params.success)
    throw new DamagedRowError('trials', keyOf(row), 'params is not an object', { cause: params.error })
  return {
    ...row,
    params: params.data,
    seed: Number(seed),
    owner: owner === null || machine === null || pid === null ? null : { id: owner, machine, pid },
  }
}

export function toFullTrial({ config, details, checkpoint, ...row }: TrialsTable): FullTrial {
  return {
    ...toTrial(row),
    config: readColumn(row, 'config', config),
    details: details === null ? null : readColumn(row, 'details', details),
    checkpoint,
  }
}

type RowKey = Pick<TrialsTable, 'studyId' | 'position'>

function readColumn(row: RowKey, column: 'params' | 'config' | 'details', text: string): unknown {
  return readJson(text, 'trials', keyOf(row), column)
}

function keyOf({ studyId, position }: RowKey): string {
  return `study_id = ${studyId} and position = ${position}`
}
