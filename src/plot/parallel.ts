import type { TopLevelSpec } from 'vega-lite'
import { checkEach, checkFields } from '../base/arguments.ts'
import { ConfigError, ShapeError } from '../base/errors.ts'
import { finite } from './domain.ts'
import { framed, type Heading } from './frame.ts'
import { checkMeasured, type Measure, measures, type Setting, settingText } from './measure.ts'
import { heightFor, type Tick, verticalAxis } from './parallelAxis.ts'
import { type Column, labelOffset } from './parallelLabels.ts'
import { parallelLayers } from './parallelLayers.ts'
import { scoreAxis } from './parallelScore.ts'
import type { XScale } from './settingScale.ts'
import { shadingOf } from './shades.ts'
import { textWidth, wrap } from './textWidth.ts'
import { fontSizes } from './theme.ts'

export interface ParallelAxis {
  /** The setting's name with its unit. */
  readonly title: string
  /** How its values are spread; chosen from the values unless given. */
  readonly scale?: XScale
  /** What the axis shows even where no line has it; names stand from top to bottom in this order. */
  readonly settings?: readonly Setting[]
}

export interface ParallelLine {
  /** One for each axis. Where one value of an axis is a text, all are names. */
  readonly values: readonly Setting[]
  /** An accuracy as a fraction, or a loss. Not finite or null: none. */
  readonly score: number | null
  /** Why there is no score, in a word or two: "diverged", "not run". */
  readonly absent?: string
  /** Default: false. */
  readonly chosen?: boolean
}

export interface Parallel extends Heading {
  readonly axes: readonly ParallelAxis[]
  readonly lines: readonly ParallelLine[]
  readonly value: { readonly measure: Measure; readonly title?: string }
}

const smallest = { height: 300, width: 540, gap: 110 }
/** More lines are neither readable nor quick to draw. */
const most = 1000
/** Titles of axes break between words. */
const longestTitle = 130

/**
 * The results of a search over any number of settings as parallel coordinates: a line for each combination, through
 * its settings to its score. Darker is better; lines without score are grey and dashed. Of more than 1,000 lines the
 * best are drawn. A Vega-Lite specification.
 *
 * Throws a ShapeError when there are no axes or no lines, or a line has not one value for each axis, and a ConfigError
 * for a number below or at zero on a log axis.
 */
export function parallelSpec(parallel: Parallel): TopLevelSpec {
  checkParallel(parallel)
  const { axes, lines, value, ...heading } = parallel
  const { measure, title = measures[measure].title } = value
  const scored = drawnOf(lines, measures[measure].higherIsBetter)
  const shading = shadingOf(
    scored.flatMap(({ score }) => score ?? []),
    measures[measure].higherIsBetter,
  )
  const settings = axes.map((axis, i) => [
    ...(axis.settings ?? []),
    ...scored.flatMap(({ values }) => values[i] ?? []),
  ])
  const height = Math.max(smallest.height, ...settings.map(heightFor))
  const vertical = axes.map((axis, i) => verticalAxis(settings[i] ?? [], axis.scale, height, axis.title))
  const reasons = scored.map(reasonOf)
  const last = scoreAxis(shading, reasons, measure, height)
  const columns = spaced([
    ...vertical.map(({ ticks, gap }, i) => ({
      title: axes[i]?.title ?? '',
      ticks,
      gap,
      side: 'left' as const,
    })),
    { title, ticks: last.ticks, gap: 0, side: 'right' as const },
  ])
  const routes = scored.map(({ values, score, chosen = false }, i) => ({
    ys: [
      ...vertical.map(({ place }, axis) => place(values[axis] ?? '')),
      score === null ? last.placeAbsent(reasons[i] ?? '') : last.place(score),
    ],
    share: score === null ? null : shading.share(score),
    chosen,
  }))
  const width = columns.at(-1)?.x ?? 0
  return framed(
    heading,
    widest(columns[0]?.ticks ?? []) + labelOffset.left + width + labelOffset.right + widest(last.ticks),
    [{ width, height, layer: parallelLayers(columns, routes, last.strip, height) }],
    0,
    words(parallel, title, shading.best, scored.length),
  )
}

function checkParallel(parallel: Parallel): void {
  const where = 'parallel coordinates'
  checkFields(parallel, { axes: 'list', lines: 'list' }, where)
  checkEach(parallel.axes, { title: 'text', settings: 'list?' }, `${where}, axes`)
  checkEach(parallel.lines, { values: 'list' }, `${where}, lines`)
  checkMeasured(parallel.value, `${where}, value`)
  const { axes, lines } = parallel
  if (axes.length === 0) throw new ShapeError('there are no axes.', { where })
  if (lines.length === 0) throw new ShapeError('there are no lines.', { where })
  for (const [i, { values }] of lines.entries()) {
    if (values.length !== axes.length)
      throw new ShapeError(`${values.length} values for ${axes.length} axes.`, {
        where: `${where}, lines[${i}]`,
      })
    if (values.some((each) => typeof each !== 'number' && typeof each !== 'string'))
      throw new ConfigError('a value must be a number or a text.', { where: `${where}, lines[${i}]` })
  }
}

/** The lines to draw, their scores finite or null: the chosen ones and the best. */
function drawnOf(lines: readonly ParallelLine[], higherIsBetter: boolean): ParallelLine[] {
  const all = lines.map((line) => ({ ...line, score: finite(line.score) }))
  if (all.length <= most) return all
  const goodness = ({ score, chosen }: ParallelLine) =>
    chosen === true
      ? Number.POSITIVE_INFINITY
      : score === null
        ? Number.NEGATIVE_INFINITY
        : higherIsBetter
          ? score
          : -score
  return all.sort((a, b) => (goodness(a) === goodness(b) ? 0 : goodness(b) - goodness(a))).slice(0, most)
}

/** The columns from left to right, with room for the labels and the titles between them. */
function spaced(columns: readonly (Omit<Column, 'x' | 'title'> & { readonly title: string })[]): Column[] {
  const usual = Math.max(smallest.gap, smallest.width / columns.length)
  const titled = columns.map((column) => ({
    ...column,
    title: wrap(column.title, longestTitle, { size: fontSizes.axisTitle }),
  }))
  const half = (title: readonly string[]) =>
    Math.max(0, ...title.map((line) => textWidth(line, { size: fontSizes.axisTitle }))) / 2
  let x = 0
  return titled.map((column, i) => {
    const before = titled[i - 1]
    if (before !== undefined) {
      const labels = column.side === 'left' ? widest(column.ticks) + labelOffset.left + 50 : 0
      x += Math.ceil(Math.max(usual, labels, half(before.title) + half(column.title) + 14))
    }
    return { ...column, x }
  })
}

function widest(ticks: readonly Tick[]): number {
  return Math.max(
    0,
    ...ticks.flatMap(({ lines }) => lines.map((line) => textWidth(line, { size: fontSizes.label }))),
  )
}

function words({ axes, lines, value }: Parallel, title: string, bestScore: number, drawn: number) {
  const { text, higherIsBetter } = measures[value.measure]
  const at = ({ values }: ParallelLine) =>
    axes.map((axis, i) => `${axis.title} ${settingText(values[i] ?? '')}`).join(', ')
  const scored = lines.flatMap(({ score }) => finite(score) ?? [])
  const best = lines.find(({ score }) => score === bestScore)
  const bestText = `${higherIsBetter ? 'highest' : 'lowest'}, ${text(bestScore)}`
  const chosen = lines
    .filter((line) => line.chosen)
    .map((line) => `${reasonOf(line) ?? text(line.score ?? 0)}, at ${at(line)}`)
  const missing = new Map<string, number>()
  for (const reason of lines.map(reasonOf))
    if (reason !== null) missing.set(reason, (missing.get(reason) ?? 0) + 1)
  const shared = axes.some((_, i) => new Set(lines.map(({ values }) => values[i])).size < lines.length)
  const left = drawn < lines.length ? [`Drawn: the best ${drawn} of ${lines.length} lines.`] : []
  return {
    notes: [
      [
        `One line for each combination${new Set(scored).size > 1 ? '; darker is better' : ''}.`,
        ...(shared ? ['Lines through the same value lie side by side.'] : []),
        ...left,
      ].join(' '),
      ...chosen.map((line) => `Orange: the chosen one, ${line}.`),
      ...(missing.size === 0
        ? []
        : [`Grey and dashed: ${[...missing].map(([reason, count]) => `${count} ${reason}`).join(', ')}.`]),
    ],
    description: [
      `Parallel coordinates of ${title} by ${axes.map((axis) => axis.title).join(', ')}: ${lines.length} lines.`,
      ...(best === undefined ? [] : [`The ${bestText}, is at ${at(best)}.`]),
      ...chosen.map((line) => `Chosen: ${line}.`),
      ...[...missing].map(([reason, count]) => `${count} of ${lines.length} lines: ${reason}.`),
      ...left,
    ],
  }
}

/** Why a line has no score; null where it has one. */
function reasonOf({ score, absent = 'no score' }: ParallelLine): string | null {
  return finite(score) === null ? absent : null
}
