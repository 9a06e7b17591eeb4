import { checkArgument } from '../base/arguments.ts'
import type { Optimizer } from './optimizer.ts'
import type { AdagradSpec } from './specs.ts'

/** Adagrad: each element moves by its gradient divided by the root of the sum of all its squares so far. */
export function adagrad(learningRate = 0.01, options: { readonly epsilon?: number } = {}): AdagradSpec {
  checkArgument(options, 'object', 'options')
  return { type: 'adagrad', learningRate, epsilon: options.epsilon ?? 1e-10 }
}

/**
 * Adagrad (Duchi, Hazan, Singer 2011, the diagonal form of section 1.1), with gradient g (L2 included):
 *
 *     s <- s + g^2
 *     w <- w - rate g / (sqrt(s) + epsilon)
 *
 * s starts at 0, as in PyTorch (in Keras at 0.1), so the first step has the length of the rate. s never shrinks, so steps
 * become smaller.
 */
export function buildAdagrad(spec: AdagradSpec): Optimizer {
  const { epsilon } = spec
  return {
    slots: ['squares'],
    update(kernels, { value, gradient, slots, slice, decay }, learningRate) {
      const squares = slots[0]
      if (squares === undefined) return
      kernels.adagrad(value, gradient, squares, slice, learningRate, epsilon, decay)
    },
  }
}
