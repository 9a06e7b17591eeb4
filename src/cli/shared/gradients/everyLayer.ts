import { Random } from '../../../base/random.ts'
import { averagePool2d, globalAveragePool2d } from '../../../nn/averagePool2d.ts'
import { batchNorm } from '../../../nn/batchNorm.ts'
import { conv2d } from '../../../nn/conv2d.ts'
import { dense } from '../../../nn/dense.ts'
import { dropout } from '../../../nn/dropout.ts'
import { elu } from '../../../nn/elu.ts'
import { flatten } from '../../../nn/flatten.ts'
import { gelu } from '../../../nn/gelu.ts'
import { leakyRelu } from '../../../nn/leakyRelu.ts'
import { maxPool2d } from '../../../nn/maxPool2d.ts'
import type { ModelSpec } from '../../../nn/model.ts'
import { relu } from '../../../nn/relu.ts'
import { sigmoid } from '../../../nn/sigmoid.ts'
import { softplus } from '../../../nn/softplus.ts'
import type { LayerSpec } from '../../../nn/specs.ts'
import { tanh } from '../../../nn/tanh.ts'

const classes = 5

/** Weights large enough for the gradient to reach the first layers: rounding is measured against it. */
const wide = { initializer: { type: 'normal', deviation: 0.5 } } as const

/**
 * Every type of layer, at sizes that do not divide: odd images of 3 channels, strides that leave pixels over, windows
 * that overlap, numbers of channels and units that are no multiple of a vector.
 */
const layers: readonly LayerSpec[] = [
  conv2d(5, [3, 2], { padding: 'same' }),
  batchNorm(),
  leakyRelu(),
  maxPool2d(3, { stride: 2 }),
  conv2d(7, 3, { stride: 2, padding: 'same' }),
  sigmoid(),
  batchNorm(),
  averagePool2d(2, { stride: 1 }),
  conv2d(6, 2),
  elu(),
  globalAveragePool2d(),
  flatten(),
  dense(9, wide),
  softplus(),
  dropout(0.3),
  dense(11, wide),
  tanh(),
  dense(7, wide),
  gelu(),
  dense(13, wide),
  relu(),
  dense(classes, wide),
]

export const everyLayer: ModelSpec = { inputShape: [17, 14, 3], layers }

/** Images of noise with classes in turn: any data shows whether a derivation is right. */
export function noise(batch: number, seed: number): { inputs: Float64Array; labels: Uint8Array } {
  const random = new Random(seed, 'gradient check images')
  const features = everyLayer.inputShape.reduce((product, size) => product * size, 1)
  return {
    inputs: Float64Array.from({ length: batch * features }, (_, i) => random.normal(i)),
    labels: Uint8Array.from({ length: batch }, (_, i) => i % classes),
  }
}
