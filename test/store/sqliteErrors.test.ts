import { expect, test } from 'vitest'
import { OutputError } from '../../src/base/errors.ts'
import { primaryCode, translated } from '../../src/store/sqliteErrors.ts'
import { StoreError } from '../../src/store/storeError.ts'

/** As libsql reports them: it has names for few of SQLite's extended codes. */
function sqliteError(rawCode: number, message = 'what SQLite says'): Error {
  return Object.assign(new Error(message), { code: `UNKNOWN_SQLITE_ERROR_${rawCode}`, rawCode })
}

const translate = (error: unknown): unknown => translated('/runs/atelier.db', '/runs', error, 30)

test.each([
  ['SQLITE_READONLY', 8],
  ['SQLITE_READONLY_CANTINIT', 1288],
  ['SQLITE_READONLY_DIRECTORY', 1544],
  ['SQLITE_READONLY_DBMOVED', 1032],
  ['SQLITE_CANTOPEN', 14],
  ['SQLITE_CANTOPEN_ISDIR', 526],
  ['SQLITE_CANTOPEN_SYMLINK', 1550],
])('%s: where writing must be allowed', (_, code) => {
  const error = translate(sqliteError(code))
  expect(error).toBeInstanceOf(OutputError)
  expect(String(error)).toContain(
    'cannot be opened for writing. Allow writing to the file and to its folder "/runs"',
  )
})

test.each([
  ['SQLITE_IOERR', 10],
  ['SQLITE_IOERR_DELETE', 2570],
  ['SQLITE_IOERR_IN_PAGE', 8714],
])('%s: the disk', (_, code) => {
  const error = translate(sqliteError(code))
  expect(error).toBeInstanceOf(OutputError)
  expect(String(error)).toContain('the disk reports an error (what SQLite says)')
})

test.each([
  ['SQLITE_CORRUPT', 11],
  ['SQLITE_CORRUPT_INDEX', 779],
  ['SQLITE_CORRUPT_SEQUENCE', 523],
])('%s: damaged', (_, code) => {
  const error = translate(sqliteError(code))
  expect(error).toBeInstanceOf(StoreError)
  expect(String(error)).toContain(
    '/runs/atelier.db: is damaged. Nothing was changed. Restore an earlier copy',
  )
})

test.each([
  [13, 'the disk is full'],
  [26, 'the file is no database'],
  [5, 'another process has kept it locked for 30 seconds'],
  [517, 'another process has kept it locked for 30 seconds'],
  [7, 'not enough memory'],
])('code %s: %s', (code, text) => {
  expect(String(translate(sqliteError(code)))).toContain(`/runs/atelier.db: `)
  expect(String(translate(sqliteError(code)))).toContain(text)
})

test('errors at opening have their code in the text; other errors stay as they are', () => {
  const opening = new Error('ConnectionFailed("Unable to open connection to local database /runs/x.db: 14")')
  expect(primaryCode(opening)).toBe(14)
  for (const other of [new TypeError('x'), 'x', sqliteError(19), sqliteError(1, 'near "x": syntax error')])
    expect(translate(other)).toBe(other)
})
