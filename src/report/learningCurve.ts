import type { TopLevelSpec } from 'vega-lite'
import { framed, type Heading } from './frame.ts'
import { labelPlace } from './labelPlace.ts'
import { textWidth } from './textWidth.ts'
import { fontSizes, ink, okabeIto } from './theme.ts'

export type Series = 'train' | 'validation' | 'test'

/** One measurement of one set of images after an epoch. Not finite or null: not drawn. */
export interface CurvePoint {
  readonly epoch: number
  readonly series: Series
  /** A fraction, 0 to 1. */
  readonly accuracy: number | null
  /** Mean loss of an image. */
  readonly loss: number | null
}

export interface LearningCurve extends Heading {
  readonly epochs: readonly CurvePoint[]
  /** An accuracy to compare with, as a fraction: the paper's. */
  readonly reference?: { readonly label: string; readonly value: number }
}

const panel = { width: 340, height: 260 }
const spacing = 28
// Two panels, the space between them, and their y axes with ticks and titles.
const figureWidth = 2 * panel.width + spacing + 110

/** Colour and shape both tell the series apart, for print without colours. */
const styles: Readonly<Record<Series, { name: string; colour: string; shape: string }>> = {
  train: { name: 'Training', colour: okabeIto.blue, shape: 'circle' },
  validation: { name: 'Validation', colour: okabeIto.green, shape: 'square' },
  test: { name: 'Test', colour: okabeIto.vermillion, shape: 'triangle-up' },
}
const order: readonly Series[] = ['train', 'validation', 'test']

/** Accuracy and loss by epoch, side by side, as a Vega-Lite specification. */
export function learningCurveSpec({ epochs, reference, ...heading }: LearningCurve): TopLevelSpec {
  const present = order.filter((series) => epochs.some((point) => point.series === series))
  const values = epochs.map(({ epoch, series, accuracy, loss }) => ({
    epoch,
    series: styles[series].name,
    accuracy: finite(accuracy),
    loss: finite(loss),
  }))
  const x = epochDomain(epochs.map(({ epoch }) => epoch))
  const lines = (field: 'accuracy' | 'loss', title: string, domain: Domain, format: string) =>
    curveLayers({
      field,
      title,
      domain,
      format,
      x,
      present,
      dense: new Set(epochs.map((e) => e.epoch)).size > 40,
    })

  const accuracies = values.map(({ accuracy }) => accuracy)
  const y = padded([...accuracies, reference?.value ?? null], { low: 0, high: 1 })
  const rule = reference === undefined ? [] : ruleLayers(reference, values, x, y)
  const loss = padded(
    values.map((value) => value.loss),
    { low: 0, high: Number.POSITIVE_INFINITY },
  )

  const data = { values }
  return framed(
    heading,
    figureWidth,
    [
      { ...panel, data, layer: [...lines('accuracy', 'Accuracy', y, '%'), ...rule] },
      { ...panel, data, layer: lines('loss', 'Loss (cross-entropy)', loss, numberFormat(loss)) },
    ],
    spacing,
  )
}

type Domain = readonly [low: number, high: number]

interface Curve {
  readonly field: 'accuracy' | 'loss'
  readonly title: string
  readonly domain: Domain
  readonly format: string
  readonly x: Domain
  readonly present: readonly Series[]
  /** So many epochs that their points would run together: lines only. */
  readonly dense: boolean
}

function curveLayers({ field, title, domain, format, x, present, dense }: Curve) {
  const names = present.map((series) => styles[series].name)
  const tickCount = x[1] - x[0] <= 14 ? Math.max(1, x[1] - x[0]) : 8
  const legend = { title: null, orient: 'bottom' as const, direction: 'horizontal' as const, offset: 12 }
  const encoding = {
    x: {
      field: 'epoch',
      type: 'quantitative' as const,
      scale: { domain: [...x], nice: false },
      axis: { title: 'Epoch', grid: false, format: 'd', tickMinStep: 1, tickCount, labelFlush: false },
    },
    y: {
      field,
      type: 'quantitative' as const,
      scale: { domain: [...domain], nice: false, zero: false },
      axis: { title, format, tickCount: 6 },
    },
    color: {
      field: 'series',
      type: 'nominal' as const,
      scale: { domain: names, range: present.map((series) => styles[series].colour) },
      legend,
    },
  }
  const shape = {
    field: 'series',
    type: 'nominal' as const,
    scale: { domain: names, range: present.map((series) => styles[series].shape) },
    legend,
  }
  const line = { mark: { type: 'line' as const, strokeWidth: 2 }, encoding }
  const points = {
    mark: { type: 'point' as const, filled: true, size: 50, opacity: 1 },
    encoding: { ...encoding, shape },
  }
  return dense ? [line] : [line, points]
}

/** The dashed rule and its label, over the panel's full width. */
function ruleLayers(
  { label, value }: { readonly label: string; readonly value: number },
  points: readonly { epoch: number; series: string; accuracy: number | null }[],
  x: Domain,
  y: Domain,
) {
  const text = `${label}: ${(100 * value).toFixed(2)}%`
  const right = (epoch: number) => ((epoch - x[0]) / (x[1] - x[0])) * panel.width
  const down = (accuracy: number) => ((y[1] - accuracy) / (y[1] - y[0])) * panel.height
  const curves = order.map((series) =>
    points
      .filter((point) => point.series === styles[series].name)
      .sort((a, b) => a.epoch - b.epoch)
      .flatMap(({ epoch, accuracy }) => (accuracy === null ? [] : [{ x: right(epoch), y: down(accuracy) }])),
  )
  const size = { width: textWidth(text, { size: fontSizes.label }), height: fontSizes.label + 4 }
  const place = labelPlace(size, down(value), panel, curves)

  const data = { values: [{ value, text }] }
  const y0 = { field: 'value', type: 'quantitative' as const }
  const written = {
    type: 'text' as const,
    align: 'left' as const,
    baseline: place.above ? ('bottom' as const) : ('top' as const),
    dy: place.above ? -4 : 5,
    fontSize: fontSizes.label,
  }
  const encoding = { y: y0, x: { value: place.x }, text: { field: 'text' } }
  return [
    {
      data,
      mark: { type: 'rule' as const, strokeDash: [6, 4], strokeWidth: 1.5, color: ink.text },
      encoding: { y: y0 },
    },
    // A white edge below the letters keeps them readable where a curve passes.
    {
      data,
      mark: { ...written, color: 'white', stroke: 'white', strokeWidth: 4, strokeJoin: 'round' as const },
      encoding,
    },
    { data, mark: { ...written, color: ink.text }, encoding },
  ]
}

/** What can be drawn; beyond 1e100, which no float32 reaches, the axis itself would overflow. */
function finite(value: number | null): number | null {
  return value !== null && Math.abs(value) < 1e100 ? value : null
}

/** As many decimals as the ticks need; powers of ten where digits would fill the page. */
function numberFormat([, high]: Domain): string {
  return high >= 1e5 || high < 1e-3 ? '.1e' : 'f'
}

/** From the first epoch to the last; one epoch alone stands in the middle. */
function epochDomain(epochs: readonly number[]): Domain {
  const [low, high] = extent(epochs) ?? [0, 1]
  return low === high ? [low - 1, high + 1] : [low, high]
}

/** The range of the values and a little more, within `limits`; more above than below, for a label there. */
function padded(values: readonly (number | null)[], limits: { low: number; high: number }): Domain {
  const [low, high] = extent(values) ?? [0, 1]
  const span = high - low || Math.max(Math.abs(high) * 0.1, 0.01)
  return [Math.max(limits.low, low - 0.05 * span), Math.min(limits.high, high + 0.1 * span)]
}

/** A loop, because a long history has more values than a call may have arguments. */
function extent(values: readonly (number | null)[]): Domain | undefined {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value === null) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return low <= high ? [low, high] : undefined
}
