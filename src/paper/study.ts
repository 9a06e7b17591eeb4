import { ConfigError } from '../base/errors.ts'
import { studyConfig } from '../study/definition/config.ts'
import type { Study } from '../study/definition/schema.ts'
import { cnnParts } from './cnnParts.ts'
import { type PaperId, paperIds } from './experiments.ts'
import { mlpParts } from './mlpParts.ts'
import type { Part } from './part.ts'

/** Rows of a quick study: a tenth of Fashion-MNIST's. */
export const quickRows = 6_000

/** More seeds than anyone waits for. */
const mostSeeds = 100

export interface PaperOptions {
  /** Train on the first tenth of the rows. Named in the study, because its numbers cannot be compared with the paper's. */
  readonly quick?: boolean
  /** Seeds 1 .. n for every experiment; without it 3 for the curves, l2 and cnn, 1 for the others. */
  readonly seeds?: number
  /** Name of the engine that trains, which gives other bits than the usual one. */
  readonly engine?: string
  /** Train on synthetic data. Named in the study, so that the study of the real data stays as it is. Default: false */
  readonly synthetic?: boolean
}

/** The engine of the paper unless another is asked for: the one with the same bits everywhere. */
export const usualEngine = 'simd'

/**
 * Those with the longest trainings, the longest first. Begun before all others they leave no core idle at the end, when
 * short ones are left; results do not depend on it.
 */
export const longestParts: readonly string[] = ['further-augmentation', 'cnn']

/** The experiments of the study in the paper's order. */
export const paperParts: readonly Part[] = [...mlpParts, ...cnnParts].toSorted(
  (a, b) => paperIds.indexOf(a.of) - paperIds.indexOf(b.of),
)

/**
 * The paper as a study. It holds all trainings that are known beforehand: neither `samples` and `gradient-check`,
 * which train nothing, nor the finals and the refits of `best`, for which see `finalsStudy` and `refitStudy`. It is
 * always the whole: to run some of it, name its experiments to `runStudy`, see `partsOf`.
 *
 * @throws ConfigError for a number of seeds that is not possible
 */
export function paperStudy(options: PaperOptions = {}): Study {
  const { quick = false, seeds } = options
  if (seeds !== undefined) checkSeeds(seeds)
  return studyConfig({
    name: paperName(options),
    experiments: paperParts.map(({ id, seeds: usual, experiment }) => ({
      ...experiment,
      id,
      base: quick ? { ...experiment.base, limit: quickRows } : experiment.base,
      seeds: seedsTo(seeds ?? usual),
    })),
  })
}

/**
 * The experiments of the study that belong to some experiments of the paper, in its order; none where these train
 * nothing. `selectExperiments` gives the ids of what was asked for together with what that needs.
 */
export function partsOf(ids: readonly PaperId[]): readonly string[] {
  return paperParts.filter(({ of }) => ids.includes(of)).map(({ id }) => id)
}

/**
 * Studies of different trainings have different names, so that they do not stand in each other's way: "paper",
 * "paper.quick", "paper.seeds-5", "paper.blas", "paper.synthetic".
 *
 * @param stage said after "paper"
 */
export function paperName(
  { quick = false, seeds, engine, synthetic = false }: PaperOptions,
  stage?: string,
): string {
  return [
    'paper',
    ...(stage === undefined ? [] : [stage]),
    ...(quick ? ['quick'] : []),
    ...(seeds === undefined ? [] : [`seeds-${seeds}`]),
    ...(engine === undefined || engine === usualEngine ? [] : [engine]),
    ...(synthetic ? ['synthetic'] : []),
  ].join('.')
}

/** 1 .. count */
export function seedsTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1)
}

function checkSeeds(seeds: number): void {
  if (Number.isInteger(seeds) && seeds >= 1 && seeds <= mostSeeds) return
  throw new ConfigError(`${seeds} seeds are not possible.`, {
    where: 'seeds',
    hint: `Use a whole number from 1 to ${mostSeeds}.`,
  })
}
