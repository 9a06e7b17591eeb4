import { checkArgument } from '../base/arguments.ts'
import { ConfigError, ShapeError } from '../base/errors.ts'
import { extent } from './domain.ts'
import { type Setting, settingText } from './measure.ts'

/**
 * How settings are spread on an axis. `ordinal` puts them at equal distances, which suits names, and numbers like
 * 0, 0.1, 1, 10 that neither a linear nor a log axis shows well.
 */
export type XScale = 'linear' | 'log' | 'ordinal'

/** Largest number of settings with a tick each. An axis with more settings has ticks at round numbers. */
export const mostTicks = 15

/**
 * The scale that spreads the settings most evenly: linear unless log is clearly better, ordinal for names and for a
 * few numbers that both would crowd together.
 *
 * @throws ConfigError unless it is given a list
 */
export function suggestedScale(settings: readonly Setting[]): XScale {
  checkArgument(settings, 'list', 'settings')
  const numbers = settings.flatMap((setting) => (typeof setting === 'number' ? setting : []))
  if (numbers.length < settings.length) return 'ordinal'
  const values = [...new Set(numbers)].sort((a, b) => a - b)
  const linear = unevenness(values)
  const log = (values[0] ?? 0) > 0 ? unevenness(values.map(Math.log)) : Number.POSITIVE_INFINITY
  // A share of the axis: below it, the difference between the two is hard to see.
  const [scale, crowded] = log < linear - 0.05 ? (['log', log] as const) : (['linear', linear] as const)
  return crowded > 0.4 && values.length <= mostTicks ? 'ordinal' : scale
}

/** The largest distance of a value from where it would stand at equal distances, as a share of the axis. */
function unevenness(sorted: readonly number[]): number {
  const [low, high] = extent(sorted) ?? [0, 0]
  if (low === high) return 0
  return sorted.reduce(
    (most, value, i) => Math.max(most, Math.abs((value - low) / (high - low) - i / (sorted.length - 1))),
    0,
  )
}

/**
 * @throws ShapeError for a number that is not finite
 * @throws ConfigError for a number below or at zero on a log axis, and for a name that is not on an ordinal one
 */
export function checkScale(settings: readonly Setting[], scale: XScale, where: string): void {
  for (const value of settings) {
    if (typeof value === 'string' ? scale !== 'ordinal' : scale === 'log' && value <= 0) {
      const what = typeof value === 'string' ? `"${value}"` : String(value)
      const hint = `Use ${typeof value === 'string' ? 'an ordinal' : 'a linear or an ordinal'} axis.`
      throw new ConfigError(`a ${scale} axis cannot show ${what}.`, { where, hint })
    }
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new ShapeError(`${value} has no place on an axis.`, { where })
  }
}

/** The numbers that stand for the settings of an axis. */
export interface Places {
  /** In the order of the axis; undefined where all settings are numbers, which stand for themselves. */
  readonly names: readonly string[] | undefined
  of(setting: Setting): number
  text(place: number): string
}

/** Where one setting is a name, all are names, in the order in which they first occur. */
export function placesOf(settings: readonly Setting[]): Places {
  if (settings.every((setting) => typeof setting === 'number'))
    return { names: undefined, of: Number, text: settingText }
  const names = [...new Set(settings.map(settingText))]
  return { names, of: (setting) => names.indexOf(settingText(setting)), text: (place) => names[place] ?? '' }
}
