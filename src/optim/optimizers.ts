import { z } from 'zod'
import { adagradSchema, buildAdagrad } from './adagrad.ts'
import { adamSchema, buildAdam } from './adam.ts'
import { adamwSchema, buildAdamw } from './adamw.ts'
import type { Optimizer } from './optimizer.ts'
import { buildRmsprop, rmspropSchema } from './rmsprop.ts'
import { buildSgd, sgdSchema } from './sgd.ts'

/** An optimizer as plain data; `type` says which. */
export const optimizerSchema = z.discriminatedUnion('type', [
  sgdSchema,
  adamSchema,
  adamwSchema,
  rmspropSchema,
  adagradSchema,
])
export type OptimizerSpec = Readonly<z.infer<typeof optimizerSchema>>

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
