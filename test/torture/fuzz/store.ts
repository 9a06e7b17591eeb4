import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import * as z from 'zod'
import type { Draw } from '../draw.ts'
import { mutateBytes } from '../mutate.ts'
import type { Case, Scenario } from '../scenario.ts'
import { tryInput } from './input.ts'
import { storeFolder } from './originals.ts'

const place = 'runs/atelier.db'
const pageSize = 4096

const commands: readonly (readonly string[])[] = [
  ['runs', 'list'],
  ['runs', 'list', '--json', '--archived'],
  ['runs', 'show', 'small', '--details'],
  ['runs', 'show', 'folds', '1'],
  ['runs', 'show', 'rates', '2', '--json'],
  ['runs', 'trials', 'small', '--sort', 'validationAccuracy'],
  ['runs', 'export', 'folds'],
  ['runs', 'export', 'folds', '--rows', 'epochs', '--format', 'json'],
  ['runs', 'export', 'folds', '--rows', 'combinations'],
  ['runs', 'tag', 'small', 'good'],
  ['runs', 'archive', 'small'],
  ['runs', 'delete', 'folds', '--yes'],
  ['run', 'small.yaml', '--data', 'data', '--workers', '1'],
  ['run', 'folds.yaml', '--data', 'data', '--workers', '1', '--json'],
  ['run', 'rates.yaml', '--data', 'data', '--workers', '1', '--retry-failed'],
]

/** The SQLite file of a store. */
export const fuzzStore: Scenario = {
  name: 'fuzz-store',
  about: 'damaged stores: bytes of the SQLite file, and values in its tables that do not belong there',
  weight: 3,
  async run(trial) {
    const { draw } = trial
    const from = await storeFolder(trial)
    for (let i = 0; i < trial.inputs; i++) {
      const content = draw.chance(0.5)
        ? mutateValues(trial, join(from, place))
        : mutateFile(draw, readFileSync(join(from, place)))
      await tryInput(trial, { from, files: { [place]: content }, args: draw.pick(commands) })
    }
  },
}

/** Changes bytes of one page or a few, more often near its front, where SQLite keeps what it needs to find cells. */
function mutateFile(draw: Draw, original: Uint8Array): Uint8Array {
  if (draw.chance(0.2)) return mutateBytes(draw, original)
  const bytes = Uint8Array.from(original)
  for (let i = draw.pick([1, 1, 2, 10]); i > 0; i--) {
    const page = draw.integer(0, bytes.length / pageSize - 1)
    const at = page * pageSize + (draw.chance(0.4) ? draw.integer(0, 120) : draw.integer(0, pageSize - 1))
    if (draw.chance(0.15))
      bytes.copyWithin(page * pageSize, draw.integer(0, bytes.length / pageSize - 1) * pageSize, pageSize)
    else bytes[at] = draw.integer(0, 255)
  }
  return bytes
}

const odd = [
  'null',
  '0',
  '-1',
  '1',
  '1e308',
  '9e999',
  '4611686018427387904',
  '1.5',
  "''",
  "'x'",
  "'{'",
  "'[]'",
  "'{}'",
  "'null'",
  "'running'",
  "'paused'",
  "cast(x'ff41' as text)",
  "x'00ff'",
  "char(27) || '[31m'",
  "'2026-01-01T00:00:00.000Z'",
  "'9999'",
  'zeroblob(100)',
]

/** A valid file with wrong values in some rows. */
function mutateValues({ draw, folder, note }: Case, original: string): Uint8Array {
  const copy = join(folder, 'values.db')
  copyFileSync(original, copy)
  const database = new Database(copy)
  try {
    const tables = ['studies', 'trials', 'trials', 'epochs', 'environments', 'schema_versions', 'study_tags']
    for (let done = draw.pick([1, 1, 2, 5]); done > 0; done--) {
      const table = draw.pick(tables)
      const column = draw.pick(columnsOf(database, table))
      const rows = draw.chance(0.5)
        ? ''
        : ` where rowid = (select rowid from ${table} limit 1 offset ${draw.integer(0, 3)})`
      const statement = draw.chance(0.1)
        ? `delete from ${table}${rows}`
        : `update ${table} set ${column} = ${draw.pick(odd)}${rows}`
      note(statement)
      attempt(() => database.exec(statement))
    }
    attempt(() => database.exec('pragma wal_checkpoint(truncate)'))
  } finally {
    database.close()
  }
  return readFileSync(copy)
}

function columnsOf(database: Database.Database, table: string): string[] {
  const rows = database.prepare(`pragma table_info(${table})`).all()
  return z
    .array(z.object({ name: z.string() }))
    .parse(rows)
    .map(({ name }) => name)
}

/** Constraints refuse some values. */
function attempt(work: () => unknown): void {
  try {
    work()
  } catch {
    // The row stays as it was.
  }
}
