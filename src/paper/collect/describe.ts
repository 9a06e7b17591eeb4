import type { PaperExperiment } from '../experiments.ts'
import type { PaperInput } from './input.ts'
import type { CollectedPart } from './readStudy.ts'

export function describeExperiment(
  _experiment: PaperExperiment,
  parts: readonly CollectedPart[],
  _input: PaperInput,
): string[] {
  return parts.map(({ chosen }) => chosen)
}
