/**
 * The optimizers of a configuration as plain data, apart from what they do, because schemas need zod and threads are to
 * load none (see `nn/specs.ts`).
 */
import * as z from 'zod'

export type * from './optimizerSpecs.ts'

/** How much a running mean keeps of itself in each step. */
const averagingSchema = z.number().min(0).lt(1)

/** Kernels take squares below 1e-30 for 0; an epsilon smaller than their root would be divided by where nothing is left. */
const epsilonSchema = z.number().min(1e-15)

const sgdSchema = z.strictObject({
  type: z.literal('sgd'),
  learningRate: z.number().positive(),
  momentum: z.number().min(0).lt(1).default(0),
  nesterov: z.boolean().default(false),
})

const adamSchema = z.strictObject({
  type: z.literal('adam'),
  learningRate: z.number().positive().default(0.001),
  beta1: averagingSchema.default(0.9),
  beta2: averagingSchema.default(0.999),
  epsilon: epsilonSchema.default(1e-7),
})

const adamwSchema = adamSchema.extend({
  type: z.literal('adamw'),
  weightDecay: z.number().min(0).default(0.01),
})

const rmspropSchema = z.strictObject({
  type: z.literal('rmsprop'),
  learningRate: z.number().positive().default(0.001),
  alpha: averagingSchema.default(0.99),
  momentum: averagingSchema.default(0),
  epsilon: epsilonSchema.default(1e-8),
})

const adagradSchema = z.strictObject({
  type: z.literal('adagrad'),
  learningRate: z.number().positive().default(0.01),
  epsilon: epsilonSchema.default(1e-10),
})

/** An optimizer as plain data; `type` says which. */
export const optimizerSchema = z.discriminatedUnion('type', [
  sgdSchema,
  adamSchema,
  adamwSchema,
  rmspropSchema,
  adagradSchema,
])
