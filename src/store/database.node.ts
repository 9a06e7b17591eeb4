import { access, constants, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'
import Libsql from 'libsql'
import { outputError } from '../base/atomic.node.ts'
import { OutputError } from '../base/errors.ts'
import { StoreError } from './storeError.ts'
import type { Database, Tables } from './tables.ts'

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
    const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: adapter }) })
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

/** libsql as Kysely wants it. */
class Adapter implements SqliteDatabase {
  private readonly connection: Libsql.Database
  private durable = 0
  private synchronous = ''

  constructor(connection: Libsql.Database) {
    this.connection = connection
  }

  async durably<T>(work: () => Promise<T>): Promise<T> {
    this.durable++
    try {
      return await work()
    } finally {
      this.durable--
    }
  }

  prepare(text: string): SqliteStatement {
    // libsql ends the whole process when it is asked for a transaction after that.
    if (!this.connection.open) throw new Error('the store is closed.')
    if (text === 'begin' || text === 'commit' || text === 'rollback') return this.boundary(text)
    const statement = this.connection.prepare(text)
    return {
      reader: statement.reader,
      all: (parameters) => rowsOf(statement, bindable(parameters)),
      run: (parameters) => statement.run(bindable(parameters)),
      iterate: (parameters) => statement.iterate(bindable(parameters)),
    }
  }

  /**
   * The begin or end of a transaction. libsql leaves a prepared statement that failed half open, so that the
   * connection is stuck after a failed `begin`; `exec` does not. All writing is done inside transactions for this
   * reason: where another process is writing, it is the `begin` that fails. It asks for the lock at once, because a
   * transaction that began by reading could fail when it comes to write, however long it waits.
   */
  private boundary(text: string): SqliteStatement {
    return {
      reader: false,
      all: () => [],
      iterate: () => [][Symbol.iterator](),
      run: () => {
        if (text === 'begin') this.synchronize()
        // A full disk has ended the transaction already.
        if (text !== 'rollback' || this.connection.inTransaction)
          this.connection.exec(text === 'begin' ? 'begin immediate' : text)
        return { changes: 0, lastInsertRowid: 0 }
      },
    }
  }

  /** Waiting for the disk takes milliseconds, too long for each epoch of a small training. */
  private synchronize(): void {
    const wanted = this.durable > 0 ? 'FULL' : 'NORMAL'
    if (wanted !== this.synchronous) this.connection.exec(`pragma synchronous = ${wanted}`)
    this.synchronous = wanted
  }

  close(): void {
    if (!this.connection.open) return
    try {
      // Leaves one file that can be copied, where nobody else has the store open.
      this.connection.pragma('wal_checkpoint(TRUNCATE)')
    } catch {
      // The next one who opens it does this.
    }
    this.connection.close()
  }
}

/** Rows as objects. libsql makes arrays in half the time that it takes to make objects itself. */
function rowsOf(statement: Libsql.Statement, parameters: unknown[]): unknown[] {
  const names = statement.columns().map(({ name }) => name)
  return statement
    .raw()
    .all(parameters)
    .map((values) => {
      const row: Record<string, unknown> = {}
      if (Array.isArray(values)) for (let i = 0; i < names.length; i++) row[names[i] ?? i] = values[i]
      return row
    })
}

/** libsql ends the whole process when it is given a value of another type. */
function bindable(parameters: readonly unknown[]): unknown[] {
  return parameters.map((value) => {
    if (value === null || typeof value === 'number' || typeof value === 'string') return value
    throw new TypeError(`a ${typeof value} cannot be stored.`)
  })
}

function checkWholeness(connection: Libsql.Database, path: string): void {
  const [first] = connection.prepare('pragma quick_check(1)').all()
  const verdict = first !== null && typeof first === 'object' ? Object.values(first)[0] : undefined
  if (verdict !== 'ok') throw damaged(path, verdict)
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
      if (!codeOf(error).startsWith('SQLITE_BUSY') || performance.now() > end) throw error
      await sleep(wait * (0.5 + Math.random()))
    }
  }
}

async function translating<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw translated(path, error)
  }
}

function translated(path: string, cause: unknown): unknown {
  const folder = dirname(path)
  const code = codeOf(cause)
  if (code === 'SQLITE_FULL')
    return new OutputError('cannot be written: the disk is full.', {
      where: path,
      hint: 'Free some space and run the command again; what was finished is saved.',
      cause,
    })
  if (code === 'SQLITE_NOTADB')
    return new StoreError('is not a store: the file is no database.', {
      where: path,
      hint: 'Choose another file with --store.',
      cause,
    })
  if (code.startsWith('SQLITE_CORRUPT')) return damaged(path, cause)
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN'))
    return new OutputError('cannot be opened for writing.', {
      where: path,
      hint: `Allow writing to "${folder}", or choose another file with --store.`,
      cause,
    })
  if (code.startsWith('SQLITE_BUSY'))
    return new StoreError(`another process has kept it locked for ${waitInAll / 1000} seconds.`, {
      where: path,
      hint: 'Wait for it, or end it.',
      cause,
    })
  if (code.startsWith('SQLITE_IOERR'))
    return new OutputError(`the disk reports an error (${code}).`, {
      where: path,
      hint: 'Is the disk full or damaged? What was finished is saved.',
      cause,
    })
  return cause
}

function damaged(path: string, cause: unknown): StoreError {
  return new StoreError('is damaged.', {
    where: path,
    hint: 'Keep the file, restore a copy of it or choose another one with --store. Nothing was changed.',
    cause,
  })
}

/** SQLITE_BUSY and the like; '' for errors of another kind. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_')) return error.code
  // An error at opening comes without a code, but with SQLite's number at its end.
  const [, number] = /^ConnectionFailed\(.*: (\d+)"?\)$/.exec(error.message) ?? []
  if (number === undefined) return ''
  return numbers[number] ?? 'SQLITE_CANTOPEN'
}

const numbers: Readonly<Record<string, string>> = {
  5: 'SQLITE_BUSY',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  26: 'SQLITE_NOTADB',
}
