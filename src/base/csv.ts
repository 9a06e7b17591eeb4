/** One line of a table: an epoch of a history, a trial of a search. All rows need not have the same keys. */
export type Row = Readonly<Record<string, number | string | null>>

/**
 * A table as CSV (RFC 4180): a header line, CRLF after every line, quotation marks only where needed. Columns
 * are the keys of all rows in the order they first appear. Numbers keep every digit (the shortest text that
 * reads back to the same float64). A missing key, null, NaN and infinities give an empty field, as JSON has
 * no NaN and the two files of a table should say the same.
 */
export function toCsv(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  if (columns.length === 0) return ''
  const line = (fields: readonly string[]) =>
    // A line with one empty field would read as no line at all.
    `${fields.length === 1 && fields[0] === '' ? '""' : fields.join(',')}\r\n`
  const header = line(columns.map((column) => quoted(harmless(column))))
  return header + rows.map((row) => line(columns.map((column) => field(row, column)))).join('')
}

function field(row: Row, column: string): string {
  const value = Object.hasOwn(row, column) ? row[column] : null
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  return quoted(harmless(value ?? ''))
}

/**
 * Spreadsheets take text that begins with = + - @, a tab or a carriage return for a formula: an apostrophe in front makes it text. Text that is a
 * number stays as it is.
 */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? `'${text}` : text
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
