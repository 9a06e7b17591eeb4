import { checkArgument, checkEach } from '../../base/arguments.ts'
import { canonicalJson } from '../../base/digest.ts'
import { pythonText } from '../definition/pythonText.ts'
import type { Json, Params } from '../definition/schema.ts'
import { grid } from '../search/combinations.ts'
import type { CombinationResult } from './results.ts'

type Axes = Readonly<Record<string, readonly Json[]>>
type Scored = Pick<CombinationResult, 'params' | 'mean'>

/** What one axis explains by itself, or two axes together beyond what each explains by itself. */
export interface Effect {
  /** One field, or the two fields of an interaction. */
  readonly axes: readonly string[]
  /** Share of the variance of the score, 0 to 1. */
  readonly share: number
}

export type Importance =
  | {
      /** Every axis in the given order, then every pair of axes. */
      readonly effects: readonly Effect[]
      /** Interactions of three and more axes: what is left of 1. */
      readonly rest: number
      readonly reason: null
    }
  | {
      readonly effects: null
      readonly rest: null
      /** Why there are no shares: a sentence. */
      readonly reason: string
    }

/**
 * How much of the variance of the score each axis of a grid explains, and each pair of axes: functional ANOVA, as in
 * Hutter, Hoos and Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance" (2014). There a random
 * forest predicts the scores that were not measured; here every combination was, so that the shares are exact.
 *
 * With y the score, m the mean of all scores, and a bar the mean over all other axes:
 *
 *     f_i(a)     = ȳ(a) - m                          main effect of value a of axis i
 *     f_ij(a, b) = ȳ(a, b) - f_i(a) - f_j(b) - m     interaction of axes i and j
 *     share      = mean of f² / mean of (y - m)²
 *
 * All values of an axis count alike. The score of a combination is its mean over seeds and folds, so what differs by
 * chance counts as well, mostly as interactions.
 *
 * @param axes the values of each axis, as an experiment has them
 * @param combinations every combination of these values once, in any order
 * @returns shares that sum to 1; without shares, the reason: a combination is missing or has no score, or all scores
 *   are equal
 */
export function axisImportance(axes: Axes, combinations: readonly Scored[]): Importance {
  checkArgument(axes, 'object', 'axes')
  checkEach(combinations, { params: 'object' }, 'combinations')
  const full = fullGrid(axes, combinations)
  if (typeof full === 'string') return without(full)
  const { levels, scores } = full
  const deviations = deviationsOf(scores)
  if (deviations === null) return without('All combinations have the same score.')

  const names = Object.keys(axes)
  const main = names.map((_, i) => groupMeans(levels, deviations, [i]))
  const effects = [
    ...main.map((means, i) => ({ axes: [names[i] ?? ''], variance: meanSquare([...means.values()]) })),
    ...pairsOf(names.length).map(([i, j]) => {
      const together = groupMeans(levels, deviations, [i, j])
      const interaction = [...together].map(([key, mean]) => {
        const [a = '', b = ''] = key.split(' ')
        return mean - (main[i]?.get(a) ?? 0) - (main[j]?.get(b) ?? 0)
      })
      return { axes: [names[i] ?? '', names[j] ?? ''], variance: meanSquare(interaction) }
    }),
  ]
  const explained = effects.reduce((sum, { variance }) => sum + variance, 0)
  // Two axes leave nothing but rounding.
  const rest = names.length < 3 ? 0 : Math.max(0, meanSquare(deviations) - explained)
  const total = explained + rest
  return {
    effects: effects.map(({ axes, variance }) => ({ axes, share: variance / total })),
    rest: rest / total,
    reason: null,
  }
}

function without(reason: string): Importance {
  return { effects: null, rest: null, reason }
}

interface Grid {
  /** For each combination the place of its value on each axis. */
  readonly levels: readonly (readonly number[])[]
  readonly scores: readonly number[]
}

/** @returns what is wrong, where the combinations are not a full grid with a score each */
function fullGrid(axes: Axes, combinations: readonly Scored[]): Grid | string {
  const names = Object.keys(axes)
  if (names.length === 0) return 'There are no axes.'
  const places = names.map(
    (name) => new Map((axes[name] ?? []).map((value, place) => [canonicalJson(value), place])),
  )
  const levelOf = (params: Params) =>
    names.flatMap((name, i) => places[i]?.get(canonicalJson(params[name] ?? null)) ?? [])
  const seen = new Set<string>()
  for (const { params } of combinations) {
    const level = levelOf(params)
    if (level.length < names.length) return `The grid has no combination ${pythonText(params)}.`
    const key = level.join(' ')
    if (seen.has(key)) return `The combination ${pythonText(params)} occurs twice.`
    seen.add(key)
  }
  const all = grid(axes)
  const count = places.reduce((product, { size }) => product * size, 1)
  for (let index = 0; seen.size < count; index++) {
    const params = all.at(index)
    if (!seen.has(levelOf(params).join(' ')))
      return `The grid is not full, ${seen.size} of ${count} combinations: ${pythonText(params)} is missing.`
  }
  const scores = combinations.flatMap(({ mean }) => (Number.isFinite(mean) ? (mean ?? []) : []))
  if (scores.length === count) return { levels: combinations.map(({ params }) => levelOf(params)), scores }
  const first = combinations.find(({ mean }) => !Number.isFinite(mean))
  return `Combinations without a score: ${count - scores.length} of ${count}, the first ${pythonText(first?.params)}.`
}

/** Distances from the mean in units of the largest score, so that no square overflows; null where all are equal. */
function deviationsOf(scores: readonly number[]): number[] | null {
  const largest = scores.reduce((most, score) => Math.max(most, Math.abs(score)), 0)
  const scaled = scores.map((score) => score / (largest || 1))
  if (scaled.every((score) => score === scaled[0])) return null
  const mean = scaled.reduce((sum, score) => sum + score, 0) / scaled.length
  return scaled.map((score) => score - mean)
}

/** Mean deviation for each value of one axis or each pair of values of two; keys are places joined by a space. */
function groupMeans(
  levels: Grid['levels'],
  deviations: readonly number[],
  axes: readonly number[],
): Map<string, number> {
  const groups = new Map<string, { sum: number; count: number }>()
  for (const [n, level] of levels.entries()) {
    const key = axes.map((axis) => level[axis]).join(' ')
    const group = groups.get(key) ?? { sum: 0, count: 0 }
    group.sum += deviations[n] ?? 0
    group.count++
    groups.set(key, group)
  }
  return new Map([...groups].map(([key, { sum, count }]) => [key, sum / count]))
}

function meanSquare(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0) / values.length
}

function pairsOf(count: number): [number, number][] {
  return Array.from({ length: count }, (_, i) => i).flatMap((i) =>
    Array.from({ length: count - i - 1 }, (_, k): [number, number] => [i, i + 1 + k]),
  )
}
