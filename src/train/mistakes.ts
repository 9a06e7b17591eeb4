import { exp } from '../base/elementary.ts'
import type { Tensor } from '../engine/tensor.ts'
import type { Mistake } from './events.ts'

/** So many are kept. */
export const mostMistakes = 25

/**
 * The share that softmax gives to the class with the largest logit z[k]: 1 / (sum over j of e^(z[j] - z[k])), in float64.
 *
 * @param k the class of the largest logit, so that no power is above 1
 */
export function largestShare({ block, width, stride }: Tensor, row: number, k: number): number {
  const { data } = block
  const first = row * stride
  const largest = data[first + k] ?? 0
  let sum = 0
  for (let j = 0; j < width; j++) sum += exp((data[first + j] ?? 0) - largest)
  return 1 / sum
}

/** The mistakes that a model was surest of, the surest first, of equal ones that with the lower index. */
export function surest(mistakes: readonly Mistake[]): readonly Mistake[] {
  return mistakes
    .toSorted((a, b) => b.probability - a.probability || a.index - b.index)
    .slice(0, mostMistakes)
}
