/**
 * Schemas of the optimizers of a configuration. They are not in the files of the optimizers, because schemas need zod,
 * which threads do not load (see `nn/specs.ts`).
 */
import * as z from 'zod'

export type * from './optimizerSpecs.ts'

/** Share of a running mean that a step keeps. */
const averagingSchema = z.number().min(0).lt(1)

/** Kernels replace squares below 1e-30 by 0, so a smaller epsilon than their root could be divided by alone. */
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
