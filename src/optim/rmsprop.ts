import { checkArgument } from '../base/arguments.ts'
import type { Optimizer } from './optimizer.ts'
import type { RmspropSpec } from './specs.ts'

/** RMSprop: each element moves by its gradient divided by the root of its mean square. */
export function rmsprop(
  learningRate = 0.001,
  options: {
    /** Share of the mean square that a step keeps, in [0, 1). */
    readonly alpha?: number
    readonly momentum?: number
    readonly epsilon?: number
  } = {},
): RmspropSpec {
  checkArgument(options, 'object', 'options')
  const { alpha = 0.99, momentum = 0, epsilon = 1e-8 } = options
  return { type: 'rmsprop', learningRate, alpha, momentum, epsilon }
}

/**
 * RMSprop (Tieleman, Hinton 2012, lecture 6.5 of "Neural networks for machine learning"), with gradient g (L2 included):
 *
 *     v <- alpha v + (1 - alpha) g^2
 *     w <- w - rate g / (sqrt(v) + epsilon)
 *
 *     with momentum   u <- momentum u + g / (sqrt(v) + epsilon),  w <- w - rate u
 *
 * Epsilon is added outside of the root, and the defaults are PyTorch's. Keras adds it inside, with an alpha of 0.9.
 */
export function buildRmsprop(spec: RmspropSpec): Optimizer {
  const { alpha, epsilon, momentum } = spec
  // One object for all steps, because a step allocates nothing.
  const numbers = { rate: 0, alpha, epsilon, momentum, decay: 0 }
  return {
    slots: momentum === 0 ? ['square'] : ['square', 'velocity'],
    update(kernels, { value, gradient, slots, slice, decay }, learningRate) {
      const square = slots[0]
      const velocity = slots[1]
      if (square === undefined) return
      numbers.rate = learningRate
      numbers.decay = decay
      kernels.rmsprop(value, gradient, square, velocity, slice, numbers)
    },
  }
}
