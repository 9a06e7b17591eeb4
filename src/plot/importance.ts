import type { TopLevelSpec } from 'vega-lite'
import { checkEach, checkFields } from '../base/arguments.ts'
import { ConfigError, ShapeError } from '../base/errors.ts'
import { framed, type Heading } from './frame.ts'
import { textWidth, wrap } from './textWidth.ts'
import { fontSizes, ink, okabeIto } from './theme.ts'

export interface ImportanceRow {
  /** An axis, or axes that interact. */
  readonly label: string
  /** Of the variance of the score, 0 to 1. */
  readonly share: number
}

export interface ImportanceFigure extends Heading {
  /** In any order; drawn from the largest to the smallest. */
  readonly rows: readonly ImportanceRow[]
  /** What the rows leave of 1, drawn last; "Rest" unless said. */
  readonly rest?: string
  /** The score; "the score" unless said. */
  readonly value?: { readonly title: string }
}

/** Largest number of rows. If there are more, the smallest become one row. */
const most = 15
const width = 360
const longestLabel = 240
const lineHeight = fontSizes.label + 2
/** Room for "100.0%". */
const valueWidth = 52

/**
 * Which share of the variance of a score each axis of a search explains: bars as a Vega-Lite specification.
 *
 * Throws a ShapeError without rows, and a ConfigError for shares below 0 or that sum to more than 1.
 */
export function importanceSpec(figure: ImportanceFigure): TopLevelSpec {
  checkFields(figure, { rows: 'list', value: 'object?' }, 'importance')
  checkEach(figure.rows, { label: 'text', share: 'number' }, 'importance, rows')
  const { rows, rest = 'Rest', value, ...heading } = figure
  const sum = rows.reduce((total, { share }) => total + share, 0)
  if (rows.length === 0) throw new ShapeError('there are no rows.', { where: 'importance' })
  const wrong = rows.findIndex(({ share }) => share < 0)
  if (wrong >= 0)
    throw new ConfigError(`a share of ${rows[wrong]?.share}; the least is 0.`, {
      where: `importance, rows[${wrong}]`,
    })
  if (sum > 1 + rounding)
    throw new ConfigError(`the shares sum to ${sum}, more than 1.`, { where: 'importance' })

  const drawn = bars(rows, rest, 1 - sum)
  const labels = drawn.map(({ label }) => wrap(label, longestLabel, { size: fontSizes.label }))
  const lines = Math.max(1, ...labels.map((each) => each.length))
  const labelled = Math.max(0, ...labels.flat().map((line) => textWidth(line, { size: fontSizes.label })))
  const largest = Math.max(...drawn.map(({ share }) => share))
  const x = {
    field: 'share',
    type: 'quantitative' as const,
    // The longest bar leaves room for its number.
    scale: { domain: [0, largest / (1 - valueWidth / width)], nice: false },
    axis: null,
  }
  return framed(
    heading,
    labelled + width + 20,
    [
      {
        width,
        height: { step: Math.max(26, lineHeight * lines + 10) },
        data: { values: drawn.map((bar, row) => ({ row, ...bar, text: shareText(bar.share) })) },
        encoding: {
          y: {
            field: 'row',
            type: 'ordinal',
            scale: {
              domain: drawn.map((_, row) => row),
              type: 'band',
              paddingInner: 0.3,
              paddingOuter: 0.15,
            },
            axis: {
              title: null,
              domain: false,
              ticks: false,
              labelPadding: 8,
              labelExpr: `${JSON.stringify(labels)}[datum.value]`,
              // Vega puts the first of several lines at the middle.
              labelOffset: {
                expr: `${-lineHeight / 2} * (${JSON.stringify(labels)}[datum.value].length - 1)`,
              },
            },
          },
          x,
        },
        layer: [
          { mark: { type: 'bar' }, encoding: { fill: { field: 'colour', type: 'nominal', scale: null } } },
          {
            mark: { type: 'text', align: 'left', dx: 5, fontSize: fontSizes.label, color: ink.text },
            encoding: { text: { field: 'text' } },
          },
        ],
      },
    ],
    0,
    {
      notes: [`Share of the variance of ${value?.title ?? 'the score'} over all combinations.`],
      description: [
        `Share of the variance of ${value?.title ?? 'the score'} that each axis explains.`,
        ...drawn.map(({ label, share }) => `${label}: ${shareText(share)}.`),
      ],
    },
  )
}

/** Shares below it are noise of floating-point sums. */
const rounding = 1e-9

function bars(rows: readonly ImportanceRow[], rest: string, left: number) {
  const sorted = rows.toSorted((a, b) => b.share - a.share)
  const kept = sorted.length > most ? sorted.slice(0, most - 1) : sorted
  const others = sorted.slice(kept.length)
  const plain = (label: string, share: number) => ({ label, share, colour: lesser })
  return [
    ...kept.map((row) => ({ ...row, colour: okabeIto.blue })),
    ...(others.length === 0
      ? []
      : [
          plain(
            `${others.length} smaller ones`,
            others.reduce((sum, { share }) => sum + share, 0),
          ),
        ]),
    ...(left > rounding ? [plain(rest, left)] : []),
  ]
}

const lesser = '#9A9A9A'

function shareText(share: number): string {
  return share > rounding && share < 0.0005 ? '<0.1%' : `${(100 * share).toFixed(1)}%`
}
