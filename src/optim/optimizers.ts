import { z } from 'zod'
import type { Optimizer } from './optimizer.ts'
import { buildSgd, sgdSchema } from './sgd.ts'

/** An optimizer as plain data; `type` says which. */
export const optimizerSchema = z.discriminatedUnion('type', [sgdSchema])
export type OptimizerSpec = Readonly<z.infer<typeof optimizerSchema>>

export function buildOptimizer(spec: OptimizerSpec): Optimizer {
  return buildSgd(spec)
}
