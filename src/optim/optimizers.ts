import { buildAdagrad } from './adagrad.ts'
import { buildAdam } from './adam.ts'
import { buildAdamw } from './adamw.ts'
import type { Optimizer } from './optimizer.ts'
import { buildRmsprop } from './rmsprop.ts'
import { buildSgd } from './sgd.ts'
import type { OptimizerSpec } from './specs.ts'

export function buildOptimizer(spec: OptimizerSpec): Optimizer {
  switch (spec.type) {
    case 'sgd':
      return buildSgd(spec)
    case 'adam':
      return buildAdam(spec)
    case 'adamw':
      return buildAdamw(spec)
    case 'rmsprop':
      return buildRmsprop(spec)
    case 'adagrad':
      return buildAdagrad(spec)
  }
}
