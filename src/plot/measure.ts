import { checkFields } from '../base/arguments.ts'
import { ConfigError } from '../base/errors.ts'
import { grouped } from '../base/grouped.ts'
import { suggestion } from '../base/nearest.ts'
import type { Domain } from './domain.ts'

/** Accuracy is a fraction from 0 to 1, shown in percent; loss is the mean over images, from 0 up. */
export type Measure = 'accuracy' | 'loss'

interface MeasureStyle {
  readonly title: string
  readonly limits: { readonly low: number; readonly high: number }
  /** The axis' number format (d3-format); the ticks choose the decimals. */
  format(domain: Domain): string
  /** A value in words, with its unit. */
  text(value: number): string
  /** The same without the unit, for places that name it once. */
  bare(value: number): string
  /** Where the numbers stand without it. */
  readonly unit: string
  /** The larger of two is the better one. */
  readonly higherIsBetter: boolean
}

export const measures: Readonly<Record<Measure, MeasureStyle>> = {
  accuracy: {
    title: 'Accuracy',
    limits: { low: 0, high: 1 },
    format: () => '%',
    text: (value) => `${(100 * value).toFixed(2)}%`,
    bare: (value) => (100 * value).toFixed(2),
    unit: '%',
    higherIsBetter: true,
  },
  loss: {
    title: 'Loss (cross-entropy)',
    limits: { low: 0, high: Number.POSITIVE_INFINITY },
    // Powers of ten where digits would fill the page.
    format: ([, high]) => (high >= 1e5 || high < 1e-3 ? '.1e' : 'f'),
    text: lossText,
    bare: lossText,
    unit: '',
    higherIsBetter: false,
  },
}

function lossText(value: number): string {
  return Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3)
    ? value.toExponential(2)
    : value.toFixed(4)
}

/** The value of a setting: a number or the name of a choice. */
export type Setting = number | string

/** d3's format of a setting that is a number: six digits without trailing zeros, thousands apart. */
export const settingFormat = ',.6~g'

/** A setting as {@link settingFormat} writes it, without Vega. */
export function settingText(value: Setting): string {
  if (typeof value === 'string') return value
  const [digits = '', exponent] = Math.abs(value).toPrecision(6).split('e')
  const [whole = '', fraction = ''] = digits.split('.')
  const trimmed = fraction.replace(/0+$/, '')
  return (
    (value < 0 ? '−' : '') +
    grouped(Number(whole)) +
    (trimmed === '' ? '' : `.${trimmed}`) +
    (exponent === undefined ? '' : `e${exponent}`)
  )
}

/** @throws ConfigError unless the value to draw is one that is known */
export function checkMeasured(value: { readonly measure: Measure }, where: string): void {
  checkFields(value, { measure: 'text' }, where)
  if (Object.hasOwn(measures, value.measure)) return
  const names = Object.keys(measures)
  throw new ConfigError(`there is no "${value.measure}".`, { where, hint: suggestion(value.measure, names) })
}
