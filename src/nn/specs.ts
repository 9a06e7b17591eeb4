/**
 * The layers of a configuration as plain data. Apart from the layers themselves, because their schemas need zod: a thread
 * is given what was checked already, so it loads the layers but never this file (they import types of it only).
 */
import * as z from 'zod'

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
export type Initializer = z.infer<typeof initializerSchema>

const denseSchema = z.strictObject({
  type: z.literal('dense'),
  units: size,
  initializer: initializerSchema.optional(),
})
export type DenseSpec = Readonly<z.infer<typeof denseSchema>>

const reluSchema = z.strictObject({ type: z.literal('relu') })
export type ReluSpec = Readonly<z.infer<typeof reluSchema>>

const leakyReluSchema = z.strictObject({
  type: z.literal('leakyRelu'),
  slope: z.number().positive().lt(1).optional(),
})
export type LeakyReluSpec = Readonly<z.infer<typeof leakyReluSchema>>

const tanhSchema = z.strictObject({ type: z.literal('tanh') })
export type TanhSpec = Readonly<z.infer<typeof tanhSchema>>

const sigmoidSchema = z.strictObject({ type: z.literal('sigmoid') })
export type SigmoidSpec = Readonly<z.infer<typeof sigmoidSchema>>

const eluSchema = z.strictObject({
  type: z.literal('elu'),
  alpha: z.number().positive().optional(),
})
export type EluSpec = Readonly<z.infer<typeof eluSchema>>

const geluSchema = z.strictObject({ type: z.literal('gelu') })
export type GeluSpec = Readonly<z.infer<typeof geluSchema>>

const softplusSchema = z.strictObject({ type: z.literal('softplus') })
export type SoftplusSpec = Readonly<z.infer<typeof softplusSchema>>

const flattenSchema = z.strictObject({ type: z.literal('flatten') })
export type FlattenSpec = Readonly<z.infer<typeof flattenSchema>>

const conv2dSchema = z.strictObject({
  type: z.literal('conv2d'),
  filters: size,
  kernelSize: z.union([size, z.tuple([size, size]).readonly()]),
  stride: size.default(1),
  padding: z.enum(['valid', 'same']).default('valid'),
  initializer: initializerSchema.optional(),
})
export type Conv2dSpec = Readonly<z.infer<typeof conv2dSchema>>

const maxPool2dSchema = z.strictObject({
  type: z.literal('maxPool2d'),
  size: size.default(2),
  stride: size.optional(),
})
export type MaxPool2dSpec = Readonly<z.infer<typeof maxPool2dSchema>>

const averagePool2dSchema = z.strictObject({
  type: z.literal('averagePool2d'),
  size: size.default(2),
  stride: size.optional(),
})
export type AveragePool2dSpec = Readonly<z.infer<typeof averagePool2dSchema>>

const globalAveragePool2dSchema = z.strictObject({ type: z.literal('globalAveragePool2d') })
export type GlobalAveragePool2dSpec = Readonly<z.infer<typeof globalAveragePool2dSchema>>

const dropoutSchema = z.strictObject({
  type: z.literal('dropout'),
  rate: z.number().min(0).lt(1),
})
export type DropoutSpec = Readonly<z.infer<typeof dropoutSchema>>

const batchNormSchema = z.strictObject({
  type: z.literal('batchNorm'),
  momentum: z.number().min(0).lt(1).default(0.9),
  epsilon: z.number().positive().default(1e-5),
})
export type BatchNormSpec = Readonly<z.infer<typeof batchNormSchema>>

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
export type LayerSpec = Readonly<z.infer<typeof layerSchema>>
