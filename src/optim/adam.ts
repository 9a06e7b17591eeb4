import { checkArgument } from '../base/arguments.ts'
import { power } from '../base/elementary.ts'
import type { Optimizer } from './optimizer.ts'
import type { AdamSpec } from './specs.ts'

export interface AdamOptions {
  /** Share of the mean gradient that a step keeps, in [0, 1). */
  readonly beta1?: number
  /** Share of the mean squared gradient that a step keeps, in [0, 1). */
  readonly beta2?: number
  readonly epsilon?: number
}

/** Adam: each element moves by its mean gradient divided by the root of its mean square. */
export function adam(learningRate = 0.001, options: AdamOptions = {}): AdamSpec {
  checkArgument(options, 'object', 'options')
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options
  return { type: 'adam', learningRate, beta1, beta2, epsilon }
}

/**
 * Adam (Kingma, Ba 2015, algorithm 1). In step t = 1, 2, ... with gradient g (L2 included):
 *
 *     m <- beta1 m + (1 - beta1) g        running mean of the gradient
 *     v <- beta2 v + (1 - beta2) g^2      running mean of its square
 *     w <- w - rate m' / (sqrt(v') + epsilon)    with m' = m / (1 - beta1^t), v' = v / (1 - beta2^t)
 *
 * m and v begin at 0 and would be too small at first; the divisions correct that. epsilon is added to the corrected
 * root, as in the paper and in PyTorch; Keras adds it to the root of v itself, which for small t makes it larger
 * relative to the root. The default of 1e-7 is Keras's value (PyTorch has 1e-8).
 */
export function buildAdam(spec: Omit<AdamSpec, 'type'>, weightDecay = 0): Optimizer {
  const { beta1, beta2, epsilon } = spec
  // One object for all steps, because a step allocates nothing.
  const numbers = { rate: 0, beta1, beta2, correction: 0, epsilon, decay: 0, shrink: 0 }
  return {
    slots: ['mean', 'square'],
    update(kernels, { value, gradient, slots, slice, decay, isWeight }, learningRate, step) {
      const mean = slots[0]
      const square = slots[1]
      if (mean === undefined || square === undefined) return
      numbers.rate = learningRate / (1 - power(beta1, step))
      numbers.correction = 1 / (1 - power(beta2, step))
      numbers.decay = decay
      numbers.shrink = isWeight ? learningRate * weightDecay : 0
      kernels.adam(value, gradient, mean, square, slice, numbers)
    },
  }
}
