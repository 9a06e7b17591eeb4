import { extent } from './domain.ts'
import { okabeIto } from './theme.ts'

/** From the worst to the best value of a heat map, straight through red, green and blue: the same in grey. */
export const ramp = ['#EFF6FC', okabeIto.blue, '#00324F'] as const

export interface Shading {
  /** Drawn lightest, like all that is worse. */
  readonly worst: number
  /** Drawn darkest. */
  readonly best: number
  /** Something is worse than `worst`. */
  readonly cut: boolean
  /** Where on the ramp a value is, 0 to 1. */
  share(value: number): number
}

/**
 * The range of values that the ramp shows. Searches often hold a few trainings that failed; a ramp down to them
 * would paint all others alike. So it ends at three times the distance between the best value and the median.
 *
 * @param values finite
 */
export function shadingOf(values: readonly number[], higherIsBetter: boolean): Shading {
  const [low, high] = extent(values) ?? [0, 1]
  const sorted = [...values].sort((a, b) => a - b)
  const median = sorted[sorted.length >> 1] ?? low
  const [last, best] = higherIsBetter ? [low, high] : [high, low]
  const reach = Math.min(Math.abs(best - last), 3 * Math.abs(best - median)) || Math.abs(best - last)
  const worst = higherIsBetter ? best - reach : best + reach
  const cut = reach < Math.abs(best - last)
  const share = (value: number) =>
    reach === 0 ? 1 : 1 - Math.min(1, Math.max(0, Math.abs(best - value) / reach))
  return { worst, best, cut, share }
}

/** The ramp's colour at `share`, 0 to 1. */
export function shadeAt(share: number): readonly [red: number, green: number, blue: number] {
  const at = 2 * Math.min(1, Math.max(0, share))
  const [from, to] = at < 1 ? [ramp[0], ramp[1]] : [ramp[1], ramp[2]]
  const [start, end] = [channels(from), channels(to)]
  const mix = (i: 0 | 1 | 2) => Math.round(start[i] + (end[i] - start[i]) * (at < 1 ? at : at - 1))
  return [mix(0), mix(1), mix(2)]
}

/** A colour as CSS writes it. */
export function hex(colour: readonly number[]): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

/**
 * Black or white, whichever contrasts more with the shade: one of them always has WCAG 2's 4.5 to 1.
 * Dark grey would not do on the middle of the ramp.
 */
export function inkOn(share: number): '#000000' | '#FFFFFF' {
  const light = luminance(shadeAt(share)) + 0.05
  return light / 0.05 > 1.05 / light ? '#000000' : '#FFFFFF'
}

/** Relative luminance, 0 to 1, as WCAG 2 defines it. */
export function luminance([red, green, blue]: readonly [number, number, number]): number {
  const linear = (value: number) =>
    value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

function channels(colour: string): readonly [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}
