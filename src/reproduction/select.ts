import { ConfigError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import type { OutlineExperiment } from '../report/published.ts'
import type { Reproduction } from './reproduction.ts'

/**
 * The experiments of these names and those whose results they need, in the order of the report; all without names.
 *
 * @throws ConfigError offering the nearest name for one that does not exist
 */
export function selectExperiments(
  { published, study }: Pick<Reproduction, 'published' | 'study'>,
  only?: readonly string[],
  where = 'only',
): readonly OutlineExperiment[] {
  const { experiments } = published
  if (only === undefined) return experiments
  const ids = experiments.map(({ id }) => id)
  if (only.length === 0) {
    throw new ConfigError('names no experiment.', { where, hint: `Known: ${ids.join(', ')}.` })
  }
  const unknown = only.find((name) => !ids.includes(name))
  if (unknown !== undefined) {
    throw new ConfigError(`"${study.name}" has no experiment "${unknown}".`, {
      where,
      hint: suggestion(unknown, ids),
    })
  }
  const needed = experiments.filter(({ id }) => only.includes(id)).flatMap(({ needs }) => needs)
  return experiments.filter(({ id }) => only.includes(id) || needed.includes(id))
}

/** The parts of some experiments that the study has, in the order of the study. */
export function partsOf(
  { study }: Pick<Reproduction, 'study'>,
  experiments: readonly OutlineExperiment[],
): string[] {
  const named = new Set(experiments.flatMap(({ parts }) => parts))
  return study.experiments.map(({ id }) => id).filter((id) => named.has(id))
}
