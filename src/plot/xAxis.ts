import { type Domain, extent } from './domain.ts'
import type { Layer } from './frame.ts'
import { settingFormat } from './measure.ts'
import { checkScale, mostTicks, type Places, type XScale } from './settingScale.ts'
import { textWidth } from './textWidth.ts'
import { fontSizes } from './theme.ts'

export interface XAxis {
  /** Vega-Lite's channel. */
  readonly channel: NonNullable<NonNullable<Layer['encoding']>['x']>
  /** Pixels from the panel's left edge. */
  place(x: number): number
  /** Lines lead from one x to the next: not where they are names. */
  readonly connected: boolean
}

/** Whole epochs, from the first to the last; one epoch alone stands in the middle. */
export function epochAxis(epochs: readonly number[], width: number): XAxis {
  const [first, last] = extent(epochs) ?? [0, 1]
  const domain: Domain = first === last ? [first - 1, first + 1] : [first, last]
  const span = domain[1] - domain[0]
  return {
    channel: {
      field: 'x',
      type: 'quantitative',
      scale: { domain: [...domain], nice: false },
      axis: {
        title: 'Epoch',
        grid: false,
        format: 'd',
        tickMinStep: 1,
        tickCount: span <= 14 ? Math.max(1, span) : 8,
        labelFlush: false,
      },
    },
    place: (x) => ((x - domain[0]) / span) * width,
    connected: true,
  }
}

/**
 * The values of a setting, each with its own tick.
 *
 * @param values as `places` has them
 * @throws ShapeError, ConfigError as {@link checkScale}
 */
export function settingAxis(
  values: readonly number[],
  places: Places,
  { title, scale }: { readonly title: string; readonly scale: XScale },
  width: number,
): XAxis {
  checkScale(places.names ?? values, scale, title)
  const settings = [...new Set(values)].sort((a, b) => a - b)
  return scale === 'ordinal'
    ? ordinal(settings, places, title, width)
    : continuous(settings, title, scale, width)
}

function continuous(
  settings: readonly number[],
  title: string,
  scale: 'linear' | 'log',
  width: number,
): XAxis {
  const [toScale, back] = scale === 'log' ? [Math.log, Math.exp] : [same, same]
  const [low, high] = extent(settings) ?? [1, 2]
  const [from, to] = [toScale(low), toScale(high)]
  // Points do not sit on the y axis; a single one stands in the middle.
  const pad = to > from ? 0.04 * (to - from) : scale === 'log' ? 1 : Math.abs(low) / 2 || 1
  const [left, right] = [from - pad, to + pad]
  return {
    channel: {
      field: 'x',
      type: 'quantitative',
      scale: { type: scale, domain: [back(left), back(right)], nice: false },
      axis: {
        title,
        grid: false,
        // As an expression, because an axis takes the decimals of a format from the distance of its ticks.
        labelExpr,
        labelFlush: false,
        labelOverlap: 'greedy',
        labelSeparation: 6,
        ...(settings.length <= mostTicks ? { values: [...settings] } : { tickCount: 8 }),
      },
    },
    place: (x) => ((toScale(x) - left) / (right - left)) * width,
    connected: true,
  }
}

function ordinal(settings: readonly number[], places: Places, title: string, width: number): XAxis {
  const step = width / Math.max(1, settings.length)
  const longest = Math.max(
    0,
    ...settings.map((value) => textWidth(places.text(value), { size: fontSizes.label })),
  )
  return {
    channel: {
      field: 'x',
      type: 'ordinal',
      scale: { type: 'point', domain: [...settings], padding: 0.5 },
      axis: {
        title,
        grid: false,
        labelExpr: places.names === undefined ? labelExpr : `${JSON.stringify(places.names)}[datum.value]`,
        labelAngle: longest > step - 6 ? -45 : 0,
        // Slanted lines of text need this distance; Vega itself would compare the boxes around them.
        labelOverlap: step < 1.4 * fontSizes.label ? 'greedy' : false,
      },
    },
    place: (x) => (settings.indexOf(x) + 0.5) * step,
    connected: places.names === undefined,
  }
}

const labelExpr = `format(datum.value, '${settingFormat}')`

function same(value: number): number {
  return value
}
