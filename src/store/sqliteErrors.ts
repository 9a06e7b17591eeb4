import { OutputError } from '../base/errors.ts'
import { DamagedRowError, StoreError } from './storeError.ts'

/** SQLite's primary result codes that a store answers with a message of its own. */
export const sqliteCodes = {
  error: 1,
  busy: 5,
  noMemory: 7,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const

/** What is damaged decides what can be saved. A row is named by an SQL condition, such as `id = 3`. */
export type Damage =
  | { readonly type: 'row'; readonly table: string; readonly row: string; readonly what: string }
  | { readonly type: 'index' | 'structure'; readonly what?: string }

/** The one error for a damaged store: what is damaged, and what can be saved and how. */
export function damaged(place: string, damage: Damage, cause?: unknown): StoreError {
  const what = damage.type === 'row' ? `${damage.table} where ${damage.row}: ${damage.what}` : damage.what
  return new StoreError(`is damaged${what === undefined ? '' : ` (${what})`}. Nothing was changed.`, {
    where: place,
    hint: rescue(place, damage),
    cause,
  })
}

const keepCopy = 'Restore an earlier copy of the file. If there is none, keep a copy of it as it is, then'

/** The commands are those of the program sqlite3, which opens files that this program refuses. */
function rescue(place: string, damage: Damage): string {
  if (damage.type === 'index')
    return `${keepCopy} rebuild the indexes from the tables, which can all be read, with: sqlite3 "${place}" reindex`
  if (damage.type === 'row' && rowsThatMayGo.has(damage.table))
    return `${keepCopy} remove this row and save all others with: sqlite3 "${place}" "${removal(damage.table, damage.row)}". The next run trains again what is missing.`
  return `${keepCopy} save the rows that can still be read with: sqlite3 "${place}" .recover | sqlite3 recovered.db; use it with --store recovered.db.`
}

/** What depends on a row goes with it, but for trials, which keep their results where their environment is unknown. */
function removal(table: string, row: string): string {
  const dependents = table === 'environments' ? 'off' : 'on'
  return `pragma foreign_keys = ${dependents}; delete from ${table} where ${row}`
}

/** A store can do without single rows of these tables. */
const rowsThatMayGo: ReadonlySet<string> = new Set([
  'studies',
  'study_tags',
  'trials',
  'epochs',
  'environments',
])

/**
 * The error for the user in place of what SQLite reports about the file at `place`. Errors of other kinds are returned
 * as they are.
 *
 * @param lockedFor seconds that the store has waited for other processes
 */
export function translated(place: string, folder: string, cause: unknown, lockedFor: number): unknown {
  if (cause instanceof DamagedRowError)
    return damaged(place, { type: 'row', table: cause.table, row: cause.row, what: cause.message }, cause)
  const code = primaryCode(cause)
  const details = { where: place, cause }
  switch (code) {
    case sqliteCodes.full:
      return new OutputError('cannot be written: the disk is full.', {
        ...details,
        hint: 'Free some space and run the command again; what was finished is saved.',
      })
    case sqliteCodes.notADatabase:
      return new StoreError('is not a store: the file is no database.', {
        ...details,
        hint: 'Choose another file with --store.',
      })
    case sqliteCodes.corrupt:
      return damaged(place, { type: 'structure' }, cause)
    case sqliteCodes.readOnly:
    case sqliteCodes.cannotOpen:
      return new OutputError('cannot be opened for writing.', {
        ...details,
        hint: `Allow writing to the file and to its folder "${folder}", or choose another file with --store.`,
      })
    case sqliteCodes.busy:
      return new StoreError(`another process has kept it locked for ${lockedFor} seconds.`, {
        ...details,
        hint: 'Wait for it, or end it.',
      })
    case sqliteCodes.ioError:
      return new OutputError(`the disk reports an error (${nameOf(cause)}).`, {
        ...details,
        hint: 'Is the disk full or damaged? What was finished is saved.',
      })
    case sqliteCodes.noMemory:
      return new StoreError('there is not enough memory to read it.', {
        ...details,
        hint: 'End other programs and run the command again.',
      })
    case sqliteCodes.error: {
      // The queries are right for the version that the store states, so its tables are not.
      const [wrong] =
        /no such (?:table|column).*|has no column.*|unsupported file format|duplicate column name.*|(?:table|index) \S+ already exists/.exec(
          messageOf(cause),
        ) ?? []
      return wrong === undefined ? cause : damaged(place, { type: 'structure', what: wrong }, cause)
    }
    default:
      return cause
  }
}

/**
 * SQLite's primary result code of an error, such as 8 for all kinds of SQLITE_READONLY; undefined for other errors. The
 * extended codes, of which there are more than libsql has names for, keep the primary one in their lowest byte.
 */
export function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode & 0xff
  // An error at opening comes without a code, but with SQLite's number at its end.
  const [, number] = /^ConnectionFailed\(.*: (\d+)"?\)$/.exec(error.message) ?? []
  return number === undefined ? undefined : Number(number) & 0xff
}

function nameOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.startsWith('SQLITE_') ? code : messageOf(error)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
