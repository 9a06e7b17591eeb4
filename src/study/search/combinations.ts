import { canonicalJson } from '../../base/digest.ts'
import { exp, log } from '../../base/elementary.ts'
import { ConfigError } from '../../base/errors.ts'
import { Random } from '../../base/random.ts'
import type {
  Experiment,
  Json,
  ListSearch,
  NumberRange,
  Params,
  RandomDraws,
  Range,
} from '../definition/schema.ts'

/** The combinations of an experiment in their order, which never depends on how the file was written. */
export interface Combinations {
  readonly count: number
  /** @param index 0 .. count - 1 */
  at(index: number): Params
}

/** `at` throws a ConfigError when a random search finds fewer different combinations than it should. */
export function combinationsOf(experiment: Experiment, where: string): Combinations {
  const { axes, search } = experiment
  if (search.type === 'list') return listed(search)
  const draws = randomDraws(experiment)
  return draws === undefined ? grid(axes) : random(draws, where)
}

/** How many combinations there are, without making them. */
export function combinationCount(experiment: Experiment): number {
  const { axes, search } = experiment
  if (search.type === 'list') return search.combinations.length
  return randomDraws(experiment)?.trials ?? grid(axes).count
}

/** The fields that vary, sorted as combinations have them, without those that are drawn. */
export function fieldsOf({ axes, search }: Pick<Experiment, 'axes' | 'search'>): string[] {
  return Object.keys(search.type === 'list' ? (search.combinations[0] ?? {}) : axes).sort()
}

/** In the order of the list, each with its fields sorted by name. */
function listed({ combinations }: ListSearch): Combinations {
  return {
    count: combinations.length,
    at: (index) =>
      Object.fromEntries(Object.entries(combinations[index] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

export function randomDraws({ search }: Experiment): RandomDraws | undefined {
  return 'ranges' in search ? search : undefined
}

/**
 * All combinations of some lists, in the order of scikit-learn's ParameterGrid: fields sorted by name, each list in
 * its own order, the last field changing fastest. Without lists there is one combination, which is empty.
 */
export function grid(axes: Readonly<Record<string, readonly Json[]>>): Combinations {
  const sorted = Object.entries(axes).sort(([a], [b]) => (a < b ? -1 : 1))
  const count = sorted.reduce((product, [, values]) => product * values.length, 1)
  return {
    count,
    at(index) {
      let rest = index
      const digits: [string, Json][] = []
      for (const [path, values] of sorted.toReversed()) {
        digits.unshift([path, values[rest % values.length] ?? null])
        rest = Math.floor(rest / values.length)
      }
      return Object.fromEntries(digits)
    },
  }
}

/** A draw that was there before is skipped; this many in a row mean that there is hardly anything left to find. */
const patience = 10_000

/**
 * Different combinations, each field drawn by its own random numbers: another field or more trials change none of
 * those that were drawn before.
 */
function random({ trials, ranges, seed }: RandomDraws, where: string): Combinations {
  const fields = Object.keys(ranges)
    .sort()
    .map((path) => ({ path, range: ranges[path] ?? [], random: new Random(seed, `search ${path}`) }))
  const seen = new Set<string>()
  const found: Params[] = []
  let [draw, last] = [0, 0]
  // Only as many are drawn as are asked for: a budget may need three of millions.
  const drawUntil = (count: number): void => {
    while (found.length < count) drawOne()
  }
  const drawOne = (): void => {
    const params = Object.fromEntries(
      fields.map(({ path, range, random }) => [path, pick(range, random, draw)]),
    )
    const text = canonicalJson(params)
    if (!seen.has(text)) {
      seen.add(text)
      found.push(params)
      last = draw
    }
    if (draw++ - last >= patience) {
      throw new ConfigError(`the ranges have hardly more than ${found.length} different combinations.`, {
        where: `${where}, search.trials`,
        hint: 'Use fewer trials, or a grid to try them all.',
      })
    }
  }
  const at = (index: number): Params => {
    drawUntil(Math.min(index + 1, trials))
    return found[index] ?? {}
  }
  return { count: trials, at }
}

function pick(range: Range, random: Random, draw: number): Json {
  return isNumberRange(range)
    ? numberIn(range, random.uniform(draw))
    : (range[random.integer(draw, range.length)] ?? null)
}

/**
 * The number at a share of a range. Numbers that are not whole are rounded to six digits, so that they can be read,
 * compared and typed.
 *
 * @param share in [0, 1)
 */
export function numberIn({ low, high, log: logarithmic, integer }: NumberRange, share: number): number {
  // Whole numbers are the floors of [low, high + 1), so that each has the same width.
  const end = integer ? high + 1 : high
  const value = logarithmic ? exp(log(low) + share * (log(end) - log(low))) : low + share * (end - low)
  const rounded = integer ? Math.floor(value) : Number(value.toPrecision(6))
  return Math.min(Math.max(rounded, low), high)
}

export function isNumberRange(range: Range): range is NumberRange {
  return !Array.isArray(range)
}
