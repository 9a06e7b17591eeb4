import { ConfigError } from '../base/errors.ts'
import { studyConfig } from '../study/config.ts'
import type { Study } from '../study/schema.ts'
import { cnnParts } from './cnnParts.ts'
import { paperIds, selectExperiments } from './experiments.ts'
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
  /** Ids of experiments; those whose results they need come along. */
  readonly only?: readonly string[]
}

/** The experiments of the study in the paper's order. */
export const paperParts: readonly Part[] = [...mlpParts, ...cnnParts].toSorted(
  (a, b) => paperIds.indexOf(a.of) - paperIds.indexOf(b.of),
)

/**
 * The paper as a study. It holds all trainings that are known beforehand: neither `samples` and `gradient-check`,
 * which train nothing, nor the refits of `best`, for which see `refitStudy`.
 *
 * @returns null where the experiments asked for train nothing
 * @throws ConfigError for an experiment that does not exist, or a number of seeds that is not possible
 */
export function paperStudy(options: PaperOptions = {}): Study | null {
  const { quick = false, seeds, only } = options
  const ids = selectExperiments(only).map(({ id }) => id)
  const parts = paperParts.filter(({ of }) => ids.includes(of))
  if (seeds !== undefined) checkSeeds(seeds)
  if (parts.length === 0) return null
  return studyConfig({
    name: paperName(options),
    experiments: parts.map(({ id, seeds: usual, experiment }) => ({
      ...experiment,
      id,
      base: quick ? { ...experiment.base, limit: quickRows } : experiment.base,
      seeds: seedsTo(seeds ?? usual),
    })),
  })
}

/** The longest name that a study can have. */
const longestName = 64

/**
 * Studies of different trainings have different names, so that they do not stand in each other's way: "paper",
 * "paper.quick", "paper.seeds-5", "paper.cnn-grid.dropout". Where that becomes too long, one hexadecimal number stands
 * for the experiments.
 *
 * @param stage said after "paper"
 */
export function paperName({ quick = false, seeds, only }: PaperOptions, stage?: string): string {
  const asked = selectExperiments(only).map(({ id }) => id)
  const training = paperIds.filter((id) => paperParts.some(({ of }) => of === id))
  const ids = training.filter((id) => asked.includes(id))
  const start = [
    'paper',
    ...(stage === undefined ? [] : [stage]),
    ...(quick ? ['quick'] : []),
    ...(seeds === undefined ? [] : [`seeds-${seeds}`]),
  ]
  if (ids.length === training.length) return start.join('.')
  const name = [...start, ...ids].join('.')
  if (name.length <= longestName) return name
  const bits = training.reduce((sum, id, place) => sum + (ids.includes(id) ? 2 ** place : 0), 0)
  return [...start, bits.toString(16)].join('.')
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
