import { extent } from './domain.ts'
import { type Setting, settingText } from './measure.ts'
import { checkScale, mostTicks, placesOf, suggestedScale, type XScale } from './settingScale.ts'
import { wrap } from './textWidth.ts'
import { fontSizes } from './theme.ts'

/** A tick of a vertical axis. */
export interface Tick {
  /** Pixels from the top. */
  readonly y: number
  /** One text for each line. */
  readonly lines: readonly string[]
}

export interface VerticalAxis {
  readonly ticks: readonly Tick[]
  /** The smallest distance between two settings in pixels. */
  readonly gap: number
  /** Pixels from the top. */
  place(setting: Setting): number
}

export const lineHeight = fontSizes.label + 2

/** Between the ends of an axis and its outermost settings, in pixels. */
export const inset = 16

/** Longer labels break between words. */
const longestLabel = 160
const labelFont = { size: fontSizes.label }

/** The height that leaves room for the label of each name, up to a page. */
export function heightFor(settings: readonly Setting[]): number {
  const { names = [] } = placesOf(settings)
  const most = Math.max(1, ...names.map((name) => wrap(name, longestLabel, labelFont).length))
  return Math.min(1200, 2 * inset + (names.length - 1) * (most * lineHeight + 4))
}

/**
 * A vertical axis: numbers rise from bottom to top, names stand from top to bottom in the order in which they first
 * occur.
 *
 * @param settings all that the axis must show
 * @param scale chosen from the settings unless given
 * @param where the axis's title, for messages
 * @throws ShapeError, ConfigError as {@link checkScale}
 */
export function verticalAxis(
  settings: readonly Setting[],
  scale: XScale | undefined,
  height: number,
  where: string,
): VerticalAxis {
  const { names, of, text } = placesOf(settings)
  const chosen = scale ?? suggestedScale(settings)
  checkScale(settings.every((each) => typeof each === 'number') ? settings : (names ?? []), chosen, where)
  const values = [...new Set(settings.map(of))].sort((a, b) => a - b)
  const scaled = chosen === 'log' ? Math.log : same
  const [low, high] = extent(values.map(scaled)) ?? [0, 0]
  const share = (value: number): number => {
    if (values.length < 2) return 0.5
    if (chosen === 'ordinal') return values.indexOf(value) / (values.length - 1)
    return (scaled(value) - low) / (high - low)
  }
  const down = (value: number): number => {
    const up = names === undefined ? share(value) : 1 - share(value)
    return height - inset - up * (height - 2 * inset)
  }
  const all = chosen === 'ordinal' || values.length <= mostTicks
  const wanted = all ? endsFirst(values) : [...endsFirst(values).slice(0, 2), ...roundNumbers(values, chosen)]
  const written = names === undefined ? numberTexts(wanted) : wanted.map(text)
  const candidates = wanted.map((value, i) => ({
    y: down(value),
    lines: wrap(written[i] ?? '', longestLabel, labelFont),
  }))
  const places = values.map(down).sort((a, b) => a - b)
  const gap = places
    .slice(1)
    .reduce((least, y, i) => Math.min(least, y - (places[i] ?? 0)), height - 2 * inset)
  return { ticks: apart(candidates), gap, place: (setting) => down(of(setting)) }
}

/** The ticks whose labels do not run into one that is earlier in the list. */
export function apart(ticks: readonly Tick[]): Tick[] {
  const kept: Tick[] = []
  for (const tick of ticks) {
    const free = ({ y, lines }: Tick) =>
      Math.abs(y - tick.y) >= (lineHeight * (lines.length + tick.lines.length)) / 2 - 0.01
    if (kept.every(free)) kept.push(tick)
  }
  return kept
}

/** About five multiples of 1, 2 or 5 times a power of ten; on a log axis powers of ten, and 2 and 5 times them. */
export function roundNumbers(values: readonly number[], scale: XScale): number[] {
  const [low, high] = extent(values) ?? [0, 0]
  if (low === high) return []
  if (scale === 'log') {
    const decades = range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)))
    return [1, 2, 5]
      .flatMap((factor) => decades.map((decade) => Number(`${factor}e${decade}`)))
      .filter((value) => value >= low && value <= high)
  }
  const rough = (high - low) / 5
  const power = Math.floor(Math.log10(rough))
  const factor = [1, 2, 5].find((each) => Number(`${each}e${power}`) >= rough) ?? 10
  const step = Number(`${factor}e${power}`)
  // From the decimal digits, because k · 0.1 is not always the number nearest to it.
  return range(Math.ceil(low / step), Math.floor(high / step)).map((k) => Number((k * step).toPrecision(12)))
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i)
}

/** The first, the last, then the others. */
function endsFirst(values: readonly number[]): number[] {
  return [...new Set([...values.slice(0, 1), ...values.slice(-1), ...values])]
}

/** Three digits, more where they are needed to tell the numbers apart; whole numbers in full. */
function numberTexts(values: readonly number[]): string[] {
  const withDigits = (digits: number) =>
    values.map((value) => settingText(Number.isInteger(value) ? value : Number(value.toPrecision(digits))))
  const enough = [3, 4, 5].find((digits) => new Set(withDigits(digits)).size === new Set(values).size)
  return withDigits(enough ?? 6)
}

function same(value: number): number {
  return value
}
