import { z } from 'zod'
import {
  AveragePool2d,
  averagePool2dSchema,
  GlobalAveragePool2d,
  globalAveragePool2dSchema,
} from './averagePool2d.ts'
import { BatchNorm, batchNormSchema } from './batchNorm.ts'
import { Conv2d, conv2dSchema } from './conv2d.ts'
import { Dense, denseSchema } from './dense.ts'
import { Dropout, dropoutSchema } from './dropout.ts'
import { Elu, eluSchema } from './elu.ts'
import { Flatten, flattenSchema } from './flatten.ts'
import { Gelu, geluSchema } from './gelu.ts'
import type { Layer, LayerContext } from './layer.ts'
import { LeakyRelu, leakyReluSchema } from './leakyRelu.ts'
import { MaxPool2d, maxPool2dSchema } from './maxPool2d.ts'
import { Relu, reluSchema } from './relu.ts'
import { Sigmoid, sigmoidSchema } from './sigmoid.ts'
import { Softplus, softplusSchema } from './softplus.ts'
import { Tanh, tanhSchema } from './tanh.ts'

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

/** From plain data to a layer that is planned in the engine's memory. */
export function buildLayer(spec: LayerSpec, context: LayerContext): Layer {
  switch (spec.type) {
    case 'dense':
      return new Dense(spec, context)
    case 'relu':
      return new Relu(context)
    case 'leakyRelu':
      return new LeakyRelu(spec, context)
    case 'tanh':
      return new Tanh(context)
    case 'sigmoid':
      return new Sigmoid(context)
    case 'elu':
      return new Elu(spec, context)
    case 'gelu':
      return new Gelu(context)
    case 'softplus':
      return new Softplus(context)
    case 'flatten':
      return new Flatten(context)
    case 'conv2d':
      return new Conv2d(spec, context)
    case 'maxPool2d':
      return new MaxPool2d(spec, context)
    case 'averagePool2d':
      return new AveragePool2d(spec, context)
    case 'globalAveragePool2d':
      return new GlobalAveragePool2d(context)
    case 'dropout':
      return new Dropout(spec, context)
    case 'batchNorm':
      return new BatchNorm(spec, context)
  }
}
