import { isUtf8 } from 'node:buffer'
import type Libsql from 'libsql'
import { damaged } from './sqliteErrors.ts'
import { DamagedRowError } from './storeError.ts'

/**
 * Checks a store before anything is read from it: pages, indexes, and texts. A text that is not UTF-8 would end the
 * whole process when libsql reads it, so everything here is read as bytes.
 *
 * @throws StoreError, DamagedRowError
 */
export function checkWholeness(connection: Libsql.Database, place: string): void {
  const tables = checkNames(connection, place)
  checkPages(connection, place)
  // Texts of another program's database are its own affair; it is refused later.
  if (tables.includes('schema_versions')) for (const table of tables) checkTexts(connection, table)
}

/** The names of all tables. */
function checkNames(connection: Libsql.Database, place: string): string[] {
  const tables: string[] = []
  const query = `select ${bytesOf('type')}, ${bytesOf('name')}, ${bytesOf("ifnull(sql, '')")} from sqlite_schema`
  for (const [type, name, sql] of rowsOf(connection, query)) {
    if (![type, name, sql].every(isText)) throw damaged(place, { type: 'structure', what: 'names of tables' })
    if (textOf(type) === 'table' && !textOf(name).startsWith('sqlite_')) tables.push(textOf(name))
  }
  return tables
}

function checkPages(connection: Libsql.Database, place: string): void {
  const query = `select ${bytesOf('integrity_check')} from pragma_integrity_check(20)`
  // One row can list a hundred problems, each on a line of its own, under a heading.
  const lines = rowsOf(connection, query).flatMap(([problem]) => textOf(problem).split('\n'))
  const problems = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('***'))
  const [what] = problems
  if (what === 'ok') return
  const onlyIndexes = problems.every((problem) =>
    /^row \d+ missing from index|^wrong # of entries in index/.test(problem),
  )
  throw damaged(place, { type: onlyIndexes ? 'index' : 'structure', ...(what === undefined ? {} : { what }) })
}

/** All texts of a row are looked at together, which takes a fifth of the time that single values take. */
function checkTexts(connection: Libsql.Database, table: string): void {
  const columns = rowsOf(
    connection,
    `select ${bytesOf('name')} from pragma_table_info('${table.replaceAll("'", "''")}')`,
  )
  const names = columns.map(([name]) => quoted(textOf(name)))
  // No table has columns of bytes: where a value says that it is bytes, a byte that no text has stands for it.
  const texts = names.map(
    (name) =>
      `case typeof(${name}) when 'text' then ${name} || char(10) when 'blob' then cast(x'ff' as text) else '' end`,
  )
  const statement = connection
    .prepare(`select rowid, ${bytesOf(texts.join(' || '))} from ${quoted(table)}`)
    .raw()
  for (const row of statement.iterate()) {
    if (!Array.isArray(row) || isText(row[1])) continue
    throw new DamagedRowError(table, `rowid = ${row[0]}`, 'a text is not UTF-8')
  }
}

function bytesOf(expression: string): string {
  return `cast(${expression} as blob)`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function rowsOf(connection: Libsql.Database, query: string): unknown[][] {
  return connection
    .prepare(query)
    .raw()
    .all()
    .map((row) => (Array.isArray(row) ? row : []))
}

function isText(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && isUtf8(value)
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : ''
}
