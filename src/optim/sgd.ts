import { checkArgument } from '../base/arguments.ts'
import type { Optimizer } from './optimizer.ts'
import type { SgdSpec } from './specs.ts'

/** Stochastic gradient descent, with `momentum` in [0, 1) and Nesterov's variant. */
export function sgd(
  learningRate: number,
  options: { readonly momentum?: number; readonly nesterov?: boolean } = {},
): SgdSpec {
  checkArgument(options, 'object', 'options')
  return { type: 'sgd', learningRate, momentum: options.momentum ?? 0, nesterov: options.nesterov ?? false }
}

/**
 *     plain      w <- w - rate g
 *     momentum   v <- momentum v + g,  w <- w - rate v                  (Polyak 1964)
 *     Nesterov   v <- momentum v + g,  w <- w - rate (g + momentum v)   (Sutskever, Martens, Dahl, Hinton 2013)
 *
 * This is PyTorch's form, where the rate multiplies the velocity; Keras keeps rate * v. They are equal as long as
 * the rate stays the same.
 */
export function buildSgd(spec: SgdSpec): Optimizer {
  const { momentum, nesterov } = spec
  if (momentum === 0) {
    return {
      slots: [],
      update(kernels, { value, gradient, slice, decay }, learningRate) {
        kernels.sgd(value, gradient, slice, learningRate, decay)
      },
    }
  }
  return {
    slots: ['velocity'],
    update(kernels, { value, gradient, slots, slice, decay }, learningRate) {
      const velocity = slots[0]
      if (velocity === undefined) return
      kernels.momentum(value, gradient, velocity, slice, learningRate, momentum, decay, nesterov)
    },
  }
}
