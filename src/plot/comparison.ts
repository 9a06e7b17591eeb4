import type { TopLevelSpec } from 'vega-lite'
import { checkEach, checkFields } from '../base/arguments.ts'
import { finite, padded } from './domain.ts'
import { framed, type Heading, type Layer, type Panel } from './frame.ts'
import { checkMeasured, type Measure, measures } from './measure.ts'
import { type Runs, rangeOf, repeats, repeatsNote } from './spread.ts'
import { textWidth, wrap } from './textWidth.ts'
import { fontSizes, ink, okabeIto } from './theme.ts'

export interface Compared {
  /** The experiment. */
  readonly label: string
  /**
   * Ours, one for each seed or fold: accuracies as fractions, or losses; not finite or null: missing. Or what is
   * known of them.
   */
  readonly values: readonly (number | null)[] | Summarised
  /** null where nothing was published. */
  readonly published: number | null
}

/** Mean and range of `count` values. */
export interface Summarised {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly count: number
}

export interface Comparison extends Heading {
  /** From top to bottom. */
  readonly rows: readonly Compared[]
  readonly value: { readonly measure: Measure; readonly title?: string }
  /** Whose the published values are; "Paper" unless said. */
  readonly source?: string
  /** What the values of a row are; `seeds` unless said. */
  readonly runs?: Runs
}

const width = 420
const columnWidth = 66
const longestLabel = 220
const spacing = 8
const lineHeight = fontSizes.label + 2
const colours = { ours: okabeIto.blue, published: okabeIto.vermillion }

/**
 * Our values, mean and range, beside the published one of each experiment, with the difference in numbers: a dot
 * plot as a Vega-Lite specification. Where nothing at all was published, ours stand alone.
 */
export function comparisonSpec(comparison: Comparison): TopLevelSpec {
  checkFields(comparison, { rows: 'list' }, 'comparison')
  checkEach(comparison.rows, { label: 'text' }, 'comparison, rows')
  checkMeasured(comparison.value, 'comparison, value')
  const { rows, value, source = 'Paper', runs = 'seeds', ...heading } = comparison
  const { measure, title = measures[measure].title } = value
  const style = measures[measure]
  const compared = rows.map(({ label, values, published }, i) => ({
    // A row's number keeps two rows of the same label apart.
    row: i,
    label,
    ...('mean' in values ? values : rangeOf(values.flatMap((each) => finite(each) ?? []))),
    published: finite(published),
  }))
  const alone = compared.every((row) => row.published === null)
  const labels = compared.map(({ label }) => wrap(label, longestLabel, { size: fontSizes.label }))
  const most = Math.max(1, ...labels.map((lines) => lines.length))
  const y = {
    field: 'row',
    type: 'ordinal' as const,
    scale: { domain: compared.map(({ row }) => row), type: 'band' as const },
  }
  const height = { step: Math.max(28, lineHeight * most + 10) }
  const domain = padded(
    compared.flatMap(({ low, high, published }) => [low, high, published]),
    style.limits,
  )
  const count = repeats(compared, runs)

  const dots: Panel = {
    width,
    height,
    data: { values: compared },
    encoding: {
      y: {
        ...y,
        axis: {
          title: null,
          domain: false,
          ticks: false,
          grid: true,
          labelPadding: 8,
          labelExpr: `${JSON.stringify(labels)}[datum.value]`,
          // Vega puts the first of several lines at the middle.
          labelOffset: { expr: `${-lineHeight / 2} * (${JSON.stringify(labels)}[datum.value].length - 1)` },
        },
      },
    },
    layer: dotLayers(compared, { title, source, domain, format: style.format(domain), alone }),
  }
  const texts = [
    {
      title: alone ? 'Value' : 'Ours',
      text: compared.map(({ mean }) => (mean === null ? '–' : style.bare(mean))),
    },
    ...(alone
      ? []
      : [
          {
            title: source,
            text: compared.map(({ published }) => (published === null ? '–' : style.bare(published))),
          },
          { title: 'Difference', text: compared.map((row) => difference(row, measure)) },
        ]),
  ]
  const columns = texts.map(
    ({ title, text }): Panel => ({
      height,
      width: columnWidth,
      data: { values: text.map((each, row) => ({ row, text: each })) },
      encoding: { y: { ...y, axis: null }, x: { value: columnWidth } },
      title: {
        text: title,
        anchor: 'end',
        fontSize: fontSizes.axisTitle,
        fontWeight: 'normal',
        color: ink.text,
        offset: 6,
      },
      layer: [
        {
          mark: { type: 'text', align: 'right', fontSize: fontSizes.label, color: ink.text },
          encoding: { text: { field: 'text' } },
        },
      ],
    }),
  )
  const labelled = Math.max(0, ...labels.flat().map((line) => textWidth(line, { size: fontSizes.label })))
  return framed(
    heading,
    labelled + width + columns.length * (columnWidth + spacing) + 20,
    [dots, ...columns],
    spacing,
    {
      notes: [
        `${title}${style.unit === '' ? '' : ` in ${style.unit}${alone ? '' : '; difference in percentage points'}`}.`,
        ...repeatsNote(count),
      ],
      description: [
        `${title}${alone ? '' : ', ours beside the published values'}.`,
        ...compared.map((row) => described(row, measure, alone ? null : source)),
        ...(count === '' ? [] : [`${alone ? 'Values' : 'Ours'} are means of ${count}.`]),
      ],
    },
  )
}

interface Row {
  readonly label: string
  readonly mean: number | null
  readonly low: number | null
  readonly high: number | null
  readonly published: number | null
}

function dotLayers(
  rows: readonly Row[],
  look: {
    readonly title: string
    readonly source: string
    readonly domain: readonly number[]
    readonly format: string
    readonly alone: boolean
  },
): Layer[] {
  const x = {
    type: 'quantitative' as const,
    scale: { domain: [...look.domain], nice: false, zero: false },
    axis: {
      title: look.title,
      format: look.format,
      tickCount: 6,
      labelFlush: false,
      labelOverlap: 'greedy' as const,
    },
  }
  const names = ['Ours', look.source]
  const legend = { title: null, orient: 'bottom' as const, direction: 'horizontal' as const, offset: 12 }
  const points = (field: 'mean' | 'published', name: string): Layer => ({
    mark: { type: 'point', filled: true, size: field === 'mean' ? 60 : 130, opacity: 1 },
    encoding: {
      x: { ...x, field },
      color: {
        datum: name,
        type: 'nominal',
        scale: { domain: names, range: [colours.ours, colours.published] },
        legend: look.alone ? null : legend,
      },
      shape: {
        datum: name,
        type: 'nominal',
        scale: { domain: names, range: ['circle', 'diamond'] },
        legend: look.alone ? null : legend,
      },
    },
  })
  return [
    {
      data: { values: rows.filter(({ low, high }) => low !== high) },
      mark: { type: 'rule', strokeWidth: 4, opacity: 0.4, color: colours.ours },
      encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' } },
    },
    // Below ours and larger, so that both show where they meet.
    ...(look.alone ? [] : [points('published', look.source)]),
    points('mean', 'Ours'),
  ]
}

/** Ours less the published value, with its sign. */
function difference({ mean, published }: Row, measure: Measure): string {
  if (mean === null || published === null) return '–'
  const text = measures[measure].bare(Math.abs(mean - published))
  if (Number(text) === 0) return text
  return `${mean > published ? '+' : '−'}${text}`
}

function described(row: Row, measure: Measure, source: string | null): string {
  const { text } = measures[measure]
  const ours = row.mean === null ? 'no value' : text(row.mean)
  const range =
    row.low === null || row.high === null || row.low === row.high
      ? ''
      : ` (${text(row.low)} to ${text(row.high)})`
  if (source === null) return `${row.label}: ${ours}${range}.`
  const theirs = row.published === null ? 'no value' : text(row.published)
  return `${row.label}: ours ${ours}${range}, ${source} ${theirs}.`
}
