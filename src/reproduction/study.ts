import { ConfigError } from '../base/errors.ts'
import { studyConfig } from '../study/definition/config.ts'
import type { Study } from '../study/definition/schema.ts'
import type { Reproduction } from './reproduction.ts'

/** More seeds than anyone waits for. */
const mostSeeds = 100

export interface ReproductionOptions {
  /** Train on the rows of `quick` only. Part of the study's name: its numbers are not comparable with published ones. */
  readonly quick?: boolean
  /** Seeds 1 .. n for every experiment. Default: those of the study. */
  readonly seeds?: number
  /** The engine that trains; other engines than the default give other bits. */
  readonly engine?: string
  /** Train on synthetic data. Part of the study's name. Default: false */
  readonly synthetic?: boolean
}

/** The engine of reproductions by default: the one with the same bits everywhere. */
export const defaultEngine = 'simd'

/**
 * The study of a reproduction with its options: all trainings that are known beforehand, not those that follow from its
 * results (`secondStageStudy`, `refitStudy`).
 *
 * @throws ConfigError for an impossible number of seeds, or `quick` where the reproduction has none
 */
export function reproductionStudy(reproduction: Reproduction, options: ReproductionOptions = {}): Study {
  const { quick = false, seeds } = options
  const { study, quick: fraction } = reproduction
  if (seeds !== undefined) checkSeeds(seeds)
  if (quick && fraction === undefined) {
    throw new ConfigError(`"${study.name}" has no quick version.`, {
      where: '--quick',
      hint: 'Write "quick: { limit: 6000 }" into reproduction.yaml.',
    })
  }
  return studyConfig({
    ...study,
    name: studyName(reproduction, options),
    experiments: study.experiments.map((experiment) => ({
      ...experiment,
      base: quick && fraction !== undefined ? { ...experiment.base, limit: fraction.limit } : experiment.base,
      ...(seeds === undefined ? {} : { seeds: seedsTo(seeds) }),
    })),
  })
}

/**
 * Studies of different trainings have different names: "paper", "paper.quick", "paper.seeds-5", "paper.blas",
 * "paper.synthetic".
 *
 * @param stage follows the name: "paper.finals"
 */
export function studyName(
  { study }: Pick<Reproduction, 'study'>,
  { quick = false, seeds, engine, synthetic = false }: ReproductionOptions,
  stage?: string,
): string {
  return [
    study.name,
    ...(stage === undefined ? [] : [stage]),
    ...(quick ? ['quick'] : []),
    ...(seeds === undefined ? [] : [`seeds-${seeds}`]),
    ...(engine === undefined || engine === defaultEngine ? [] : [engine]),
    ...(synthetic ? ['synthetic'] : []),
  ].join('.')
}

/** 1 .. count */
export function seedsTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i + 1)
}

function checkSeeds(seeds: number): void {
  if (Number.isInteger(seeds) && seeds >= 1 && seeds <= mostSeeds) return
  throw new ConfigError(`expected a whole number from 1 to ${mostSeeds}, got ${seeds}.`, { where: 'seeds' })
}
