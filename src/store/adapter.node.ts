import type { SqliteDatabase, SqliteStatement } from 'kysely'
import type Libsql from 'libsql'

/** libsql as Kysely wants it. */
export class Adapter implements SqliteDatabase {
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
      // Leaves one file that can be copied, if no other process has the store open.
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
