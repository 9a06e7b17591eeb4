import * as z from 'zod'
import { batchNorm } from './batchNorm.ts'
import { conv2d } from './conv2d.ts'
import { dense } from './dense.ts'
import { dropout } from './dropout.ts'
import { flatten } from './flatten.ts'
import { maxPool2d } from './maxPool2d.ts'
import { activationSchema } from './mlp.ts'
import type { CnnBestSpec, CnnSpec } from './modelSpecs.ts'
import { relu } from './relu.ts'
import type { LayerSpec } from './specs.ts'

const share = z.number().min(0).lt(1)

export const cnnSchema = z.strictObject({
  type: z.literal('cnn'),
  filters: z.int().positive().default(8),
  kernelSize: z.int().positive().default(3),
  units: z.int().positive().default(128),
  dropout: share.default(0),
  activation: activationSchema.default('relu'),
})

/**
 * The paper's convolutional network (section 4.5): two valid convolutions with an activation each, max pooling 2,
 * flatten, a dense layer, dropout, a dense layer of one logit a class. All weights Glorot uniform, biases 0. With the
 * defaults and 28 x 28 images it has 149,538 parameters.
 */
export function cnnLayers(spec: CnnSpec, classes: number): LayerSpec[] {
  const activation = { type: spec.activation }
  return [
    conv2d(spec.filters, spec.kernelSize),
    activation,
    conv2d(spec.filters, spec.kernelSize),
    activation,
    maxPool2d(2),
    flatten(),
    dense(spec.units),
    activation,
    ...(spec.dropout > 0 ? [dropout(spec.dropout)] : []),
    dense(classes),
  ]
}

export const cnnBestSchema = z.strictObject({
  type: z.literal('cnn-best'),
  widths: z.array(z.int().positive()).min(1).default([24, 48, 64]).readonly(),
  units: z.int().positive().default(128),
  dropout: share.default(0.4),
})

/**
 * A stronger network: for each width a 3 x 3 'same' convolution with batch norm and ReLU, the image halved by max
 * pooling in between; then a dense layer with batch norm and ReLU, dropout, and one logit a class.
 */
export function cnnBestLayers(spec: CnnBestSpec, classes: number): LayerSpec[] {
  const blocks = spec.widths.flatMap((filters, i): LayerSpec[] => [
    ...(i > 0 ? [maxPool2d(2)] : []),
    conv2d(filters, 3, { padding: 'same', initializer: 'heNormal' }),
    batchNorm(),
    relu(),
  ])
  return [
    ...blocks,
    flatten(),
    dense(spec.units, { initializer: 'heNormal' }),
    batchNorm(),
    relu(),
    ...(spec.dropout > 0 ? [dropout(spec.dropout)] : []),
    dense(classes),
  ]
}
