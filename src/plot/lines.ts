import { type Domain, padded } from './domain.ts'
import type { Layer, Panel } from './frame.ts'
import { type Measure, measures, type Setting } from './measure.ts'
import { ruleLayers } from './rules.ts'
import { legendColumns, type SeriesStyle } from './series.ts'
import { bySeries, type Spread } from './spread.ts'
import { ink } from './theme.ts'
import type { XAxis } from './xAxis.ts'

export interface LinePanel {
  /** Pixels, without the axes. */
  readonly size: { readonly width: number; readonly height: number }
  readonly x: XAxis
  readonly y: { readonly measure: Measure; readonly title: string }
  readonly series: readonly SeriesStyle[]
  readonly points: readonly Spread[]
  /** Drawn thin, dashed and hollow beside the points. */
  readonly published?: readonly Spread[]
  readonly reference?: { readonly label: string; readonly value: number } | undefined
  readonly marked?: { readonly text: string; readonly x: number } | undefined
  /** Where a training of a series has no value because it diverged: a cross at the panel's bottom. */
  readonly diverged?: readonly Diverged<number>[]
}

export interface Diverged<X extends Setting = Setting> {
  readonly x: X
  readonly series: string
}

/** So many points of a line would run together: the line alone is drawn. */
const densest = 40

/**
 * Means as lines and points over their ranges as bands, one colour for each series. A point without values
 * breaks its line; one with no neighbour shows its range as a rule.
 */
export function linePanel({
  size,
  x,
  y,
  series,
  points,
  published = [],
  reference,
  marked,
  diverged = [],
}: LinePanel): Panel {
  const style = measures[y.measure]
  const values = padded(ends([...points, ...published], reference?.value), style.limits)
  const domain = roomBelow(values, crossesHeight(diverged) / size.height, style.limits.low)
  const channels = channelsOf(x, y, domain)
  const legend = {
    title: null,
    orient: 'bottom' as const,
    direction: 'horizontal' as const,
    offset: 12,
    columns: legendColumns(
      series.map(({ name }) => name),
      size.width,
    ),
  }
  const broken = series.some(({ dash }) => dash.length > 0)
  const styles = new Map(series.map((each) => [each.name, each]))
  const scaled = <T>(range: (style: SeriesStyle) => T) => ({
    field: 'series',
    type: 'nominal' as const,
    scale: { domain: series.map(({ name }) => name), range: series.map(range) },
    legend: series.length === 1 && series[0]?.name === '' ? null : legend,
  })
  // The marks that stand for a series in the legend take their colour from a scale, all others carry their own,
  // as fill or stroke: Vega-Lite fails where a layer has the channel `color` without a scale and another with one.
  const colour = scaled((each) => each.colour)
  const own = { field: 'colour', type: 'nominal' as const, scale: null }
  const detail = { field: 'series', type: 'nominal' as const }
  const styled = (spread: Spread) => {
    const { colour = null, dash = [] } = styles.get(spread.series) ?? {}
    return { ...spread, colour, ...(broken ? { dash: [...dash] } : {}) }
  }
  const ranged = points.some(({ low, high }) => low !== high)

  const band: Layer = {
    mark: { type: 'area', opacity: 0.18 },
    encoding: { ...channels.range, fill: own, detail },
  }
  const alone = points.filter((point) => point.alone && point.low !== point.high)
  const bars: Layer = {
    data: { values: alone.map(styled) },
    mark: { type: 'rule', strokeWidth: 2, opacity: 0.6 },
    encoding: { ...channels.range, stroke: own },
  }
  const line: Layer = {
    mark: { type: 'line', strokeWidth: 2 },
    encoding: {
      ...channels.mean,
      color: colour,
      // Without a scale, and so without a legend, whose symbols it would fray.
      ...(broken ? { strokeDash: { field: 'dash', type: 'nominal', scale: null } } : {}),
    },
  }
  const dots: Layer = {
    mark: { type: 'point', filled: true, size: 50, opacity: 1 },
    encoding: { ...channels.mean, color: colour, shape: scaled((each) => each.shape) },
  }
  const dense = new Set(points.map((point) => point.x)).size > densest
  const place = ({ x: at, value }: { readonly x: number; readonly value: number }) => ({
    x: x.place(at),
    y: ((domain[1] - value) / (domain[1] - domain[0])) * size.height,
  })
  return {
    ...size,
    data: { values: points.map(styled) },
    layer: [
      // Below ours and larger, so that both show where they meet.
      ...publishedLayers(published.map(styled), channels.mean, own, x.connected),
      ...(ranged && x.connected ? [band] : []),
      ...(alone.length > 0 ? [bars] : []),
      ...(x.connected ? [line] : []),
      ...(dense && x.connected ? [] : [dots]),
      ...crossLayers(diverged, channels.mean.x, styles, size.height),
      ...ruleLayers({
        panel: size,
        x,
        down: (value) => place({ x: 0, value }).y,
        curves: [...outlines(points, place), ...outlines(published, place)],
        reference: reference && {
          text: `${reference.label}: ${style.text(reference.value)}`,
          value: reference.value,
        },
        marked,
      }),
    ],
  }
}

function channelsOf(x: XAxis, { measure, title }: LinePanel['y'], domain: Domain) {
  const y = {
    type: 'quantitative' as const,
    scale: { domain: [...domain], nice: false, zero: false },
    axis: { title, format: measures[measure].format(domain), tickCount: 6 },
  }
  return {
    mean: { x: x.channel, y: { ...y, field: 'mean' } },
    range: { x: x.channel, y: { ...y, field: 'low' }, y2: { field: 'high' } },
  }
}

function publishedLayers(
  values: readonly Spread[],
  mean: ReturnType<typeof channelsOf>['mean'],
  own: { readonly field: string; readonly type: 'nominal'; readonly scale: null },
  connected: boolean,
): Layer[] {
  if (values.length === 0) return []
  const data = { values: [...values] }
  const detail = { field: 'series', type: 'nominal' as const }
  const line: Layer = {
    data,
    mark: { type: 'line', strokeWidth: 1.5, strokeDash: [5, 3] },
    encoding: { ...mean, stroke: own, detail },
  }
  const dots: Layer = {
    data,
    mark: { type: 'point', filled: true, fill: 'white', size: 90, strokeWidth: 1.5, opacity: 1 },
    encoding: { ...mean, stroke: own },
  }
  return connected ? [line, dots] : [dots]
}

/** Crosses of the same x stand above each other. */
function crossLayers(
  diverged: readonly Diverged<number>[],
  x: XAxis['channel'],
  styles: ReadonlyMap<string, SeriesStyle>,
  height: number,
): Layer[] {
  if (diverged.length === 0) return []
  const stacked = new Map<number, number>()
  const values = diverged.map(({ x, series }) => {
    const below = stacked.get(x) ?? 0
    stacked.set(x, below + 1)
    return { x, colour: styles.get(series)?.colour ?? ink.text, place: height - crossStep * (below + 0.7) }
  })
  const own = { field: 'colour', type: 'nominal' as const, scale: null }
  return [
    {
      data: { values },
      mark: { type: 'point', shape: diagonalCross, size: 120, strokeWidth: 2.5, opacity: 1 },
      encoding: { x, y: { field: 'place', type: 'quantitative', scale: null }, stroke: own },
    },
  ]
}

const crossStep = 13

/** Pixels that the highest stack of crosses takes. */
function crossesHeight(diverged: readonly Diverged<number>[]): number {
  const stacks = new Map<number, number>()
  for (const { x } of diverged) stacks.set(x, (stacks.get(x) ?? 0) + 1)
  return stacks.size === 0 ? 0 : crossStep * (Math.max(...stacks.values()) + 0.5)
}

/** The domain with a share of the panel free below it, as far as the limit allows. */
function roomBelow([low, high]: Domain, share: number, limit: number): Domain {
  return [Math.max(limit, low - (share / (1 - share)) * (high - low)), high]
}

/** Vega's own cross stands upright, as a plus. */
const diagonalCross = 'M-0.5,-0.5L0.5,0.5M0.5,-0.5L-0.5,0.5'

function* ends(points: readonly Spread[], reference: number | undefined): Generator<number | null> {
  for (const { low, high } of points) {
    yield low
    yield high
  }
  if (reference !== undefined) yield reference
}

/** Means and both edges of the bands as lines in pixels. */
function outlines(
  points: readonly Spread[],
  place: (point: { readonly x: number; readonly value: number }) => {
    readonly x: number
    readonly y: number
  },
) {
  const fields = ['mean', 'low', 'high'] as const
  return bySeries(points).flatMap(([, group]) =>
    fields.map((field) =>
      group.flatMap((point) => {
        const value = point[field]
        return value === null ? [] : [place({ x: point.x, value })]
      }),
    ),
  )
}
