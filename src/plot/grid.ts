import type { TopLevelSpec } from 'vega-lite'
import { checkEach, checkFields } from '../base/arguments.ts'
import { ShapeError } from '../base/errors.ts'
import { finite } from './domain.ts'
import { framed, type Heading } from './frame.ts'
import { type Cell, cellLayers, cellSizes, dashedLayers, outlineLayers } from './gridLayers.ts'
import { checkMeasured, type Measure, measures, type Setting, settingText } from './measure.ts'
import { hex, inkOn, type Shading, shadeAt, shadingOf } from './shades.ts'
import { textWidth } from './textWidth.ts'
import { fontSizes, ink } from './theme.ts'

export interface GridCell {
  readonly x: Setting
  readonly y: Setting
  /** An accuracy as a fraction, or a loss. Not finite or null: missing. */
  readonly mean: number | null
  /** Written below the mean, in the same unit. */
  readonly std?: number | null
  /** Why there is no mean, in a word or two: "diverged". */
  readonly absent?: string
}

export interface Grid extends Heading {
  /** Columns and rows stand in the order in which their settings first occur; cells left out are missing. */
  readonly cells: readonly GridCell[]
  /** The settings' names with their units. */
  readonly x: { readonly title: string }
  readonly y: { readonly title: string }
  readonly value: { readonly measure: Measure; readonly title?: string }
  /** A cell to look at: the one that the paper names, with its value. */
  readonly marked?: {
    readonly label: string
    readonly x: Setting
    readonly y: Setting
    readonly value?: number
  }
}

/**
 * The results of a search over two settings as a heat map, each cell with its value and, where there is one,
 * its standard deviation; the best is outlined, darker is better. A Vega-Lite specification.
 *
 * Throws a ShapeError when there are no cells, two have the same settings, or the marked one is not in
 * the grid.
 */
export function gridSpec(grid: Grid): TopLevelSpec {
  checkFields(grid, { cells: 'list', x: 'object', y: 'object', marked: 'object?' }, 'grid')
  checkEach(grid.cells, {}, 'grid, cells')
  checkMeasured(grid.value, 'grid, value')
  const { cells, x, y, value, marked, ...heading } = grid
  if (cells.length === 0) throw new ShapeError('there are no cells.', { where: 'grid' })
  const { measure, title = measures[measure].title } = value
  const { higherIsBetter, text, unit } = measures[measure]
  const columns = [...new Set(cells.map((cell) => settingText(cell.x)))]
  const rows = [...new Set(cells.map((cell) => settingText(cell.y)))]
  const known = cells.flatMap(({ mean }) => finite(mean) ?? [])
  const shading = shadingOf(known, higherIsBetter)
  const drawn = fill(cells, columns, rows, measure, shading)
  const best = drawn.filter((cell) => cell.value !== null && cell.value === shading.best)
  const bestText = `${higherIsBetter ? 'highest' : 'lowest'}, ${text(shading.best)}`
  const dashed = marked && { x: settingText(marked.x), y: settingText(marked.y) }
  if (dashed && !(columns.includes(dashed.x) && rows.includes(dashed.y)))
    throw new ShapeError(`the grid has no cell at ${dashed.x}, ${dashed.y}.`, { where: 'marked cell' })
  const dashedText = marked && `${marked.label}${marked.value === undefined ? '' : `, ${text(marked.value)}`}`

  const size = cellSizes(drawn, columns.length, rows.length)
  const at = (cell: { readonly x: string; readonly y: string }) =>
    `${x.title} ${cell.x}, ${y.title} ${cell.y}`
  const deviations = drawn.some(({ below }) => below !== '')
  const unitText = unit === '' ? '' : ` in ${unit}`
  return framed(
    heading,
    Math.max(360, widest(rows) + columns.length * size.width + 40),
    [
      {
        width: { step: size.width },
        height: { step: size.height },
        data: { values: drawn },
        encoding: {
          x: band('x', x.title, columns, size.width, widest(columns) > size.width - 6 ? -45 : 0),
          y: band('y', y.title, rows, size.height, 0),
        },
        layer: [
          ...cellLayers(drawn, size.written),
          ...(best.length > 0 ? outlineLayers(best) : []),
          ...(dashed ? dashedLayers(dashed) : []),
        ],
      },
    ],
    0,
    {
      notes: [
        `${title}${unitText}${deviations ? ': mean ± standard deviation' : ''}.`,
        ...(best.length > 0
          ? [`Outlined: the ${bestText}.`, `Darker is better${cutText(shading, text)}.`]
          : []),
        ...(dashedText === undefined ? [] : [`Dashed: ${dashedText}.`]),
      ],
      description: [
        `Heat map of ${title} by ${x.title} (${listed(columns)}) and ${y.title} (${listed(rows)}).`,
        ...best.map((cell) => `The ${bestText}, is at ${at(cell)}.`),
        ...(dashed ? [`Marked: ${dashedText}, at ${at(dashed)}.`] : []),
        ...absences(drawn),
      ],
    },
  )
}

/** "3 of 25 cells are empty. 2 of 25 cells: diverged." */
function absences(drawn: readonly Cell[]): string[] {
  const counts = new Map<string, number>()
  for (const { value, text } of drawn) if (value === null) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].map(
    ([text, count]) => `${count} of ${drawn.length} cells${text === '–' ? ' are empty' : `: ${text}`}.`,
  )
}

/** Labels closer than this would run together: some are left out. */
const tightest = 1.4 * fontSizes.label

function band(field: 'x' | 'y', title: string, domain: readonly string[], step: number, labelAngle: number) {
  return {
    field,
    type: 'nominal' as const,
    sort: [...domain],
    scale: { domain: [...domain] },
    axis: {
      title,
      domain: false,
      ticks: false,
      grid: false,
      labelPadding: 6,
      labelAngle,
      labelOverlap: step < tightest ? ('greedy' as const) : false,
    },
  }
}

function cutText({ cut, worst }: Shading, text: (value: number) => string): string {
  return cut ? `; lightest: ${text(worst)} and worse` : ''
}

/** Every cell of the grid, row by row, with what is drawn of it. */
function fill(
  cells: readonly GridCell[],
  columns: readonly string[],
  rows: readonly string[],
  measure: Measure,
  shading: Shading,
): Cell[] {
  const byPlace = new Map<string, GridCell>()
  const key = (x: string, y: string) => JSON.stringify([x, y])
  for (const cell of cells) {
    const [x, y] = [settingText(cell.x), settingText(cell.y)]
    if (byPlace.has(key(x, y))) throw new ShapeError(`two cells are at ${x}, ${y}.`, { where: 'grid' })
    byPlace.set(key(x, y), cell)
  }
  const { bare } = measures[measure]
  return rows.flatMap((y) =>
    columns.map((x) => {
      const cell = byPlace.get(key(x, y))
      const value = finite(cell?.mean ?? null)
      const std = finite(cell?.std ?? null)
      if (value === null) {
        const { absent = '–' } = cell ?? {}
        return { x, y, value, text: absent, below: '', fill: missing, ink: ink.muted }
      }
      const share = shading.share(value)
      return {
        x,
        y,
        value,
        text: bare(value),
        below: std === null ? '' : `±${bare(std)}`,
        fill: hex(shadeAt(share)),
        ink: inkOn(share),
      }
    }),
  )
}

/** Grey, which the ramp does not hold. */
const missing = '#E8E8E8'

/** Few settings in words, of many the ends. */
function listed(names: readonly string[]): string {
  if (names.length <= 10) return names.join(', ')
  return `${names.length} values, ${names[0]} to ${names.at(-1)}`
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => textWidth(text, { size: fontSizes.label })))
}
