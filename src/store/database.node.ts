import { access, constants, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely'
import Libsql from 'libsql'
import { outputError } from '../base/atomic.node.ts'
import { OutputError } from '../base/errors.ts'
import { Adapter } from './adapter.node.ts'
import { primaryCode, sqliteCodes, translated } from './sqliteErrors.ts'
import type { Database, Tables } from './tables.ts'
import { checkWholeness } from './wholeness.node.ts'

/** Milliseconds that SQLite itself waits for another writer; the event loop stands still meanwhile. */
const waitInside = 250
/** Milliseconds that a writer waits in all. */
const waitInAll = 30_000

/**
 * Opens an SQLite file, made if need be, for one writer and any number of readers at once (WAL).
 *
 * @throws StoreError when it is damaged or no database; OutputError when it cannot be opened or written
 */
export async function openDatabase(path: string): Promise<OpenDatabase> {
  await prepareFolder(path)
  return translating(path, async () => {
    const connection = new Libsql(path, { timeout: waitInside })
    try {
      await patiently(async () => {
        connection.exec(`pragma busy_timeout = ${waitInside}`)
        connection.pragma('journal_mode = WAL')
        connection.pragma('foreign_keys = ON')
      })
      checkWholeness(connection, path)
      await checkWritable(path)
    } catch (error) {
      connection.close()
      throw error
    }
    const adapter = new Adapter(connection)
    const db = new Kysely<Tables>({
      dialect: new SqliteDialect({ database: adapter }),
      plugins: [new CamelCasePlugin()],
    })
    return { db, durably: (work) => adapter.durably(work) }
  })
}

export interface OpenDatabase {
  readonly db: Database
  /** Does work whose transactions survive a power cut once they have returned; others survive a killed process. */
  readonly durably: <T>(work: () => Promise<T>) => Promise<T>
}

/** Runs one query or transaction, again while another process is writing; errors say what to do. */
export function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  return translating(path, () => patiently(work))
}

/** Shows now, not after the first training, that nothing can be written: SQLite opens such a file all the same. */
async function checkWritable(path: string): Promise<void> {
  try {
    await access(path, constants.W_OK)
    await access(dirname(path), constants.W_OK)
  } catch (error) {
    throw outputError(path, error)
  }
}

async function prepareFolder(path: string): Promise<void> {
  const folder = dirname(path)
  try {
    await mkdir(folder)
  } catch (error) {
    const there = await stat(folder).catch(() => undefined)
    if (there?.isDirectory() !== true) throw outputError(path, error)
  }
  if ((await stat(path).catch(() => undefined))?.isDirectory() === true)
    throw new OutputError('is a folder, not a store.', {
      where: path,
      hint: 'Give a file, for example runs/atelier.db.',
    })
}

/** Tries again while the database is busy, at growing distances that differ between processes. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const end = performance.now() + waitInAll
  for (let wait = 5; ; wait = Math.min(wait * 2, 500)) {
    try {
      return await work()
    } catch (error) {
      if (primaryCode(error) !== sqliteCodes.busy || performance.now() > end) throw error
      await sleep(wait * (0.5 + Math.random()))
    }
  }
}

async function translating<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw translated(path, dirname(path), error, waitInAll / 1000)
  }
}
