import { checkArgument } from '../base/arguments.ts'
import { type AdamOptions, adam, buildAdam } from './adam.ts'
import type { Optimizer } from './optimizer.ts'
import type { AdamwSpec } from './specs.ts'

/** Adam with decoupled weight decay. Default: 0.01. */
export function adamw(
  learningRate = 0.001,
  options: AdamOptions & { readonly weightDecay?: number } = {},
): AdamwSpec {
  checkArgument(options, 'object', 'options')
  const { weightDecay = 0.01, ...rest } = options
  return { ...adam(learningRate, rest), type: 'adamw', weightDecay }
}

/**
 * AdamW (Loshchilov, Hutter 2019, algorithm 2):
 *
 *     w <- w - rate (m' / (sqrt(v') + epsilon) + weightDecay w)    with m', v' of Adam
 *
 * In Adam an L2 penalty is part of g and so divided by the root of v: weights with large gradients decay less. Here all
 * weights decay by the same share, and biases do not decay. The decay is proportional to the scheduled rate.
 */
export function buildAdamw(spec: AdamwSpec): Optimizer {
  return buildAdam(spec, spec.weightDecay)
}
