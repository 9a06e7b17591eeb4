import { type Published, publishedSchema } from '../../src/report/published.ts'
import type { CombinationScores, PartResults, RunResults, RunScores } from '../../src/report/results.ts'
import type { Params } from '../../src/study/definition/schema.ts'

/** Results of a part by hand, for tests that read one of them. */
export const unmeasured: RunScores = {
  trainLoss: null,
  trainAccuracy: null,
  validationLoss: null,
  validationAccuracy: null,
  testLoss: null,
  testAccuracy: null,
  runningLoss: null,
  runningAccuracy: null,
}

/** A training that is done with this test accuracy; null: open. */
export function run(seed: number, testAccuracy: number | null, change: Partial<RunResults> = {}): RunResults {
  const status = testAccuracy === null ? 'open' : 'done'
  return { seed, fold: null, status, seconds: 1, history: [], ...unmeasured, testAccuracy, ...change }
}

/** Trainings on folds with these accuracies on the held-out rows. */
export function foldRuns(...accuracies: number[]): RunResults[] {
  return accuracies.map((validationAccuracy, fold) =>
    run(1, null, { status: 'done', fold, validationAccuracy }),
  )
}

export function combination(
  params: Params,
  runs: readonly RunResults[],
  change: Partial<CombinationScores> = {},
): CombinationScores {
  const status = runs.some((each) => each.status === 'open') ? 'open' : 'done'
  return { params, status, reason: null, mean: null, std: null, rank: null, runs, ...change }
}

export function part(
  combinations: readonly CombinationScores[],
  change: Partial<PartResults> = {},
): PartResults {
  return {
    id: 'search',
    axes: Object.keys(combinations[0]?.params ?? {}),
    settings: {},
    seeds: [1],
    folds: null,
    metric: 'testAccuracy',
    chosenOn: 'none',
    chosen: '',
    best: null,
    importance: null,
    combinations,
    table: '',
    ...change,
  }
}

/** Ranked by their means: combinations with one training each. */
export function ranked(means: readonly (readonly [params: Params, mean: number])[]): CombinationScores[] {
  const sorted = means.map(([, mean]) => mean).toSorted((a, b) => b - a)
  return means.map(([params, mean]) =>
    combination(params, [run(1, mean)], { mean, std: 0, rank: sorted.indexOf(mean) + 1 }),
  )
}

export function partsById(...parts: readonly PartResults[]): ReadonlyMap<string, PartResults> {
  return new Map(parts.map((each) => [each.id, each]))
}

/** Published data with defaults, from what a YAML file would hold. */
export function publishedFrom(data: object): Published {
  return publishedSchema.parse({ title: 'A study by hand', ...data })
}
