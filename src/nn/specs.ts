/**
 * Schemas of the layers of a configuration. They are not in the files of the layers, because schemas need zod: a thread
 * gets data that are checked already, so it loads the layers, which import only types from this file.
 */
import * as z from 'zod'

export type * from './layerSpecs.ts'

const size = z.int().positive()

/** How parameters start; `initialValues` says what each is. */
export const initializerSchema = z.union([
  z.enum([
    'heNormal',
    'heUniform',
    'glorotNormal',
    'glorotUniform',
    'lecunNormal',
    'lecunUniform',
    'zeros',
    'ones',
  ]),
  z.strictObject({ type: z.literal('normal'), deviation: z.number().positive() }).readonly(),
])

const denseSchema = z.strictObject({
  type: z.literal('dense'),
  units: size,
  initializer: initializerSchema.optional(),
})

const reluSchema = z.strictObject({ type: z.literal('relu') })

const leakyReluSchema = z.strictObject({
  type: z.literal('leakyRelu'),
  slope: z.number().positive().lt(1).optional(),
})

const tanhSchema = z.strictObject({ type: z.literal('tanh') })

const sigmoidSchema = z.strictObject({ type: z.literal('sigmoid') })

const eluSchema = z.strictObject({
  type: z.literal('elu'),
  alpha: z.number().positive().optional(),
})

const geluSchema = z.strictObject({ type: z.literal('gelu') })

const softplusSchema = z.strictObject({ type: z.literal('softplus') })

const flattenSchema = z.strictObject({ type: z.literal('flatten') })

const conv2dSchema = z.strictObject({
  type: z.literal('conv2d'),
  filters: size,
  kernelSize: z.union([size, z.tuple([size, size]).readonly()]),
  stride: size.default(1),
  padding: z.enum(['valid', 'same']).default('valid'),
  initializer: initializerSchema.optional(),
})

const maxPool2dSchema = z.strictObject({
  type: z.literal('maxPool2d'),
  size: size.default(2),
  stride: size.optional(),
})

const averagePool2dSchema = z.strictObject({
  type: z.literal('averagePool2d'),
  size: size.default(2),
  stride: size.optional(),
})

const globalAveragePool2dSchema = z.strictObject({ type: z.literal('globalAveragePool2d') })

const dropoutSchema = z.strictObject({
  type: z.literal('dropout'),
  rate: z.number().min(0).lt(1),
})

const batchNormSchema = z.strictObject({
  type: z.literal('batchNorm'),
  momentum: z.number().min(0).lt(1).default(0.9),
  epsilon: z.number().positive().default(1e-5),
})

/** A layer as plain data; `type` says which. */
export const layerSchema = z.discriminatedUnion('type', [
  denseSchema,
  reluSchema,
  leakyReluSchema,
  tanhSchema,
  sigmoidSchema,
  eluSchema,
  geluSchema,
  softplusSchema,
  flattenSchema,
  conv2dSchema,
  maxPool2dSchema,
  averagePool2dSchema,
  globalAveragePool2dSchema,
  dropoutSchema,
  batchNormSchema,
])
