import { canonicalJson } from '../../base/digest.ts'
import type { Json, Params } from '../../study/definition/schema.ts'
import { statistic } from '../../study/results/results.ts'
import type { ReportMetric } from '../published.ts'
import type { CombinationScores, PartResults, RunResults } from '../results.ts'
import { isList } from '../words.ts'

export type Parts = ReadonlyMap<string, PartResults>

/** What is read off a training. */
export interface Reading {
  readonly metric: ReportMetric
  /** After this epoch; undefined: with the final weights. */
  readonly epoch?: number | undefined
}

/**
 * The value of a training; null if there is none. A training that diverged has the accuracy of chance: a network whose
 * outputs are not finite predicts one class for every image. It has no loss.
 */
export function scoreOf(run: RunResults, { metric, epoch }: Reading, classes: number): number | null {
  const scores = epoch === undefined ? run : run.history.find((each) => each.epoch === epoch)
  if (run.status === 'done') return scores?.[metric] ?? null
  if (run.status !== 'diverged' || metric.endsWith('Loss')) return null
  return (epoch === undefined ? null : scores?.[metric]) ?? 1 / classes
}

/** Whether parameters have these values of some fields. */
export function includes(params: Params, some: Params): boolean {
  return Object.entries(some).every(([field, value]) => {
    const own = params[field]
    return own !== undefined && canonicalJson(own) === canonicalJson(value)
  })
}

/** Values of several trainings. */
export interface Values {
  readonly mean: number
  readonly low: number
  readonly high: number
  readonly count: number
}

/** The values of all trainings of a part with these parameters; null while one of them has no such value. */
export function valuesOf(
  part: PartResults | undefined,
  where: Params,
  reading: Reading,
  classes: number,
): Values | null {
  const runs = (part?.combinations ?? [])
    .filter(({ params }) => includes(params, where))
    .flatMap((combination) => combination.runs)
  const values = runs.flatMap((run) => scoreOf(run, reading, classes) ?? [])
  const mean = values.length < runs.length ? undefined : statistic(values)?.mean
  if (mean === undefined) return null
  return { mean, low: Math.min(...values), high: Math.max(...values), count: values.length }
}

/** The chosen combination, once the whole part has ended. */
export function winner(part: PartResults | undefined): CombinationScores | null {
  const combinations = part?.combinations ?? []
  if (combinations.some(({ status }) => status === 'open')) return null
  return combinations.find(({ rank }) => rank === 1) ?? null
}

/** The best of some combinations by what their part is judged by; of equal ones the first. */
export function bestOf(
  combinations: readonly CombinationScores[],
  metric: ReportMetric,
): CombinationScores | null {
  const sign = metric.endsWith('Loss') ? -1 : 1
  return combinations.reduce<CombinationScores | null>(
    (best, each) =>
      each.mean !== null && (best?.mean == null || sign * each.mean > sign * best.mean) ? each : best,
    null,
  )
}

/** A number in a value of a field: of a list its first entry, or its length. */
export function numberIn(value: Json | undefined, of: 'width' | 'depth' | undefined): number | null {
  if (isList(value)) {
    if (of === 'depth') return value.length
    return of === 'width' ? numberIn(value[0], undefined) : null
  }
  return typeof value === 'number' ? value : null
}

/** The value of a field of plain data by its path, such as "optimizer.learningRate". */
export function fieldOf(data: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((above, name) => new Map<string, unknown>(Object.entries(above ?? {})).get(name), data)
}
