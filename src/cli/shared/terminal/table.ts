import { shorten } from '../../../base/shorten.ts'
import { colour } from './colour.ts'
import { terminalWidth, wrap } from './width.ts'

export interface TableOptions {
  /** Number of columns, from the left, that hold text (left-aligned); the others hold numbers (right-aligned). Default: 1. */
  readonly left?: number
  /** The first row names the columns. */
  readonly head?: boolean
  /** Columns whose cells may be shortened in a narrow terminal. Default: those aligned to the left. */
  readonly shorten?: readonly number[]
  /** Columns to leave out in a narrow terminal, the first of these first. Empty columns are left out before them. */
  readonly optional?: readonly number[]
  /** Characters in a line. Default: those of the terminal; a file or a pipe has no limit. */
  readonly width?: number | undefined
}

type Rows = readonly (readonly string[])[]

const gap = '  '
/** Widths of a shortened cell: preferred to leaving columns out, and the least. */
const [comfortable, least] = [16, 8]

/**
 * A table, two spaces between its columns. In a terminal that is too narrow, long cells are shortened in their middle, then
 * optional columns are left out; where that is not enough each row is a block with a line for each cell.
 */
export function table(rows: Rows, options: TableOptions = {}): string {
  const width = 'width' in options ? options.width : terminalWidth()
  return fittingTable(rows, { ...options, width }) ?? blocks(rows, options.head === true, width ?? 80)
}

/** The table, or undefined if it does not fit even with shortened cells and without optional columns. */
export function fittingTable(rows: Rows, options: TableOptions): string | undefined {
  const { width = Number.POSITIVE_INFINITY, left = 1 } = options
  const optional = [...emptyColumns(rows), ...(options.optional ?? [])]
  const flexible = new Set(options.shorten ?? Array.from({ length: left }, (_, i) => i))
  const attempts = [
    ...[...optional.keys(), optional.length].map((count) => ({ count, narrowest: comfortable })),
    { count: optional.length, narrowest: least },
  ]
  for (const { count, narrowest } of attempts) {
    const dropped = new Set(optional.slice(0, count))
    const widths = widthsOf(rows).map((wide, i) => (dropped.has(i) ? undefined : wide))
    if (shrink(widths, flexible, narrowest, width)) return layOut(rows, widths, options)
  }
  return undefined
}

/** Columns without a cell below their name. */
function emptyColumns(rows: Rows): number[] {
  const [head = [], ...records] = rows
  return head.flatMap((_, i) => (records.every((record) => (record[i] ?? '').trim() === '') ? [i] : []))
}

function widthsOf(rows: Rows): number[] {
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length)
    })
  return widths
}

/** Narrows the widest flexible columns until all fit; false where they do not. Columns without a width are left out. */
function shrink(
  widths: (number | undefined)[],
  flexible: ReadonlySet<number>,
  narrowest: number,
  most: number,
): boolean {
  for (;;) {
    const shown = widths.filter((width) => width !== undefined)
    const excess = shown.reduce((sum, width) => sum + width, gap.length * (shown.length - 1)) - most
    if (excess <= 0) return true
    const candidates = widths.flatMap((width, i) =>
      width !== undefined && flexible.has(i) && width > narrowest ? [{ width, i }] : [],
    )
    const [widest, next] = candidates.toSorted((a, b) => b.width - a.width)
    if (widest === undefined) return false
    // Down to the next widest, or by one where several are the widest.
    const floor = Math.max(narrowest, Math.min(next?.width ?? 0, widest.width - 1))
    widths[widest.i] = Math.max(floor, widest.width - excess)
  }
}

function layOut(rows: Rows, widths: readonly (number | undefined)[], options: TableOptions): string {
  const { left = 1, head = false } = options
  const lines = rows.map((row) =>
    row
      .flatMap((cell, i) => {
        const width = widths[i]
        if (width === undefined) return []
        const short = shorten(cell, width)
        return [i < left ? short.padEnd(width) : short.padStart(width)]
      })
      .join(gap)
      .trimEnd(),
  )
  return lines.map((line, i) => (head && i === 0 ? colour('heading', line) : line)).join('\n')
}

/** One block per row: "name  value" lines; without names of columns, the wrapped row. */
function blocks(rows: Rows, head: boolean, width: number): string {
  if (!head) return rows.map((row) => wrap(row.join(gap).trimEnd(), width)).join('\n')
  const [names = [], ...records] = rows
  const label = Math.max(...names.map((name) => name.length))
  return records
    .map((record) =>
      record
        .flatMap((cell, i) => {
          const name = names[i] ?? ''
          if (cell.trim() === '') return []
          if (name === '') return [shorten(cell.trim(), width)]
          const room = Math.max(least, width - label - gap.length)
          return [`${colour('heading', name.padEnd(label))}${gap}${shorten(cell, room)}`]
        })
        .join('\n'),
    )
    .join('\n\n')
}
