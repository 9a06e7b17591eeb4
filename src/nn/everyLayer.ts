import { Random } from '../base/random.ts'
import { averagePool2d, globalAveragePool2d } from './averagePool2d.ts'
import { batchNorm } from './batchNorm.ts'
import { conv2d } from './conv2d.ts'
import { dense } from './dense.ts'
import { dropout } from './dropout.ts'
import { elu } from './elu.ts'
import { flatten } from './flatten.ts'
import { gelu } from './gelu.ts'
import { leakyRelu } from './leakyRelu.ts'
import { maxPool2d } from './maxPool2d.ts'
import type { ModelSpec } from './model.ts'
import { relu } from './relu.ts'
import { sigmoid } from './sigmoid.ts'
import { softplus } from './softplus.ts'
import type { LayerSpec } from './specs.ts'
import { tanh } from './tanh.ts'

const classes = 5

/** Weights that are large enough for the gradient to reach the first layers, where rounding is measured against it. */
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

/** The model of `atelier gradcheck all`, and of the trial of 256-bit SIMD: each type of layer at least once. */
export const everyLayer: ModelSpec = { inputShape: [17, 14, 3], layers }

/** Images of normal noise with labels 0, 1, 2, ... in turn: any data show whether a derivation is right. */
export function noise(batch: number, seed: number): { inputs: Float64Array; labels: Uint8Array } {
  const random = new Random(seed, 'gradient check images')
  const features = everyLayer.inputShape.reduce((product, size) => product * size, 1)
  return {
    inputs: Float64Array.from({ length: batch * features }, (_, i) => random.normal(i)),
    labels: Uint8Array.from({ length: batch }, (_, i) => i % classes),
  }
}
