import { ConfigError } from '../base/errors.ts'
import { AveragePool2d, GlobalAveragePool2d } from './averagePool2d.ts'
import { BatchNorm } from './batchNorm.ts'
import { Conv2d } from './conv2d.ts'
import { Dense } from './dense.ts'
import { Dropout } from './dropout.ts'
import { Elu } from './elu.ts'
import { Flatten } from './flatten.ts'
import { Gelu } from './gelu.ts'
import type { Layer, LayerContext } from './layer.ts'
import { LeakyRelu } from './leakyRelu.ts'
import { MaxPool2d } from './maxPool2d.ts'
import { Relu } from './relu.ts'
import { Sigmoid } from './sigmoid.ts'
import { Softplus } from './softplus.ts'
import type { LayerSpec } from './specs.ts'
import { Tanh } from './tanh.ts'

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
    default:
      throw unknownLayer(spec)
  }
}

/** What types refuse, JavaScript callers may still give. */
function unknownLayer(spec: never): ConfigError {
  return new ConfigError(`there is no layer of the type "${String(Reflect.get(spec, 'type'))}".`, {
    where: 'model',
  })
}
