import { exp } from '../base/elementary.ts'
import type { Tensor } from '../engine/tensor.ts'
import type { Misclassified } from './events.ts'

/** How many misclassified images a result keeps. */
export const MOST_MISCLASSIFIED = 25

/**
 * Softmax confidence in the class with the largest logit z[k]: 1 / (sum over j of e^(z[j] - z[k])), in float64.
 *
 * @param k the class of the largest logit, so that no power is above 1
 */
export function softmaxConfidence({ block, width, stride }: Tensor, row: number, k: number): number {
  const { data } = block
  const first = row * stride
  const largest = data[first + k] ?? 0
  let sum = 0
  for (let j = 0; j < width; j++) sum += exp((data[first + j] ?? 0) - largest)
  return 1 / sum
}

/** The most confident of some misclassified images, at most {@link MOST_MISCLASSIFIED}; equal ones by index. */
export function mostConfident(images: readonly Misclassified[]): readonly Misclassified[] {
  return images
    .toSorted((a, b) => b.probability - a.probability || a.index - b.index)
    .slice(0, MOST_MISCLASSIFIED)
}
