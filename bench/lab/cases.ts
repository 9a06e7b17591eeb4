import type { Shape } from '../../src/base/shape.ts'
import { batchNorm } from '../../src/nn/batchNorm.ts'
import { conv2d } from '../../src/nn/conv2d.ts'
import { dense } from '../../src/nn/dense.ts'
import { dropout } from '../../src/nn/dropout.ts'
import { maxPool2d } from '../../src/nn/maxPool2d.ts'
import { relu } from '../../src/nn/relu.ts'
import type { LayerSpec } from '../../src/nn/specs.ts'
import { tanh } from '../../src/nn/tanh.ts'
import { adam } from '../../src/optim/adam.ts'
import { rmsprop } from '../../src/optim/rmsprop.ts'
import { sgd } from '../../src/optim/sgd.ts'
import type { OptimizerSpec } from '../../src/optim/specs.ts'

/** A layer on a batch of random numbers. */
export interface LayerCase {
  readonly name: string
  readonly layer: LayerSpec
  readonly inputShape: Shape
  readonly batch: number
  /** Share of the inputs that are 0, and that a first layer is to leave out. */
  readonly zeroInputs?: number
  /** Share of the output gradients that are 0, as behind a ReLU (about half) or a max pool (five of six). */
  readonly zeroGradients?: number
  /** The layer's input is the images themselves, which have no gradient. */
  readonly first?: boolean
}

/** One step of an optimizer on a parameter. */
export interface OptimizerCase {
  readonly name: string
  readonly optimizer: OptimizerSpec
  readonly shape: readonly [number, number]
}

export type LabCase = LayerCase | OptimizerCase

/** The layers of the paper's networks as they are trained, then sizes that fit no tile. */
export const cases: readonly LabCase[] = [
  {
    name: 'dense 784 -> 128, zeros left out',
    layer: dense(128),
    inputShape: [784],
    batch: 400,
    zeroInputs: 0.5,
  },
  { name: 'dense 784 -> 128', layer: dense(128), inputShape: [784], batch: 400, first: true },
  { name: 'dense 128 -> 128', layer: dense(128), inputShape: [128], batch: 400 },
  {
    name: 'dense 1152 -> 128, behind it a ReLU',
    ...{ layer: dense(128), inputShape: [1152], batch: 64, zeroGradients: 0.5 },
  },
  { name: 'dense 128 -> 10', layer: dense(10), inputShape: [128], batch: 400 },
  { name: 'conv 1 -> 8', layer: conv2d(8, 3), inputShape: [28, 28, 1], batch: 64, first: true },
  {
    name: 'conv 8 -> 8, behind it a pool',
    ...{ layer: conv2d(8, 3), inputShape: [26, 26, 8], batch: 64, zeroGradients: 0.85 },
  },
  { name: 'conv 8 -> 8', layer: conv2d(8, 3), inputShape: [26, 26, 8], batch: 64 },
  {
    name: 'conv 16 -> 32, same',
    layer: conv2d(32, 3, { padding: 'same' }),
    inputShape: [14, 14, 16],
    batch: 64,
  },
  { name: 'max pool 2', layer: maxPool2d(2), inputShape: [24, 24, 8], batch: 64 },
  { name: 'relu', layer: relu(), inputShape: [26, 26, 8], batch: 64 },
  { name: 'tanh', layer: tanh(), inputShape: [128], batch: 400 },
  { name: 'dropout', layer: dropout(0.5), inputShape: [128], batch: 64 },
  { name: 'batch norm', layer: batchNorm(), inputShape: [14, 14, 32], batch: 64 },
  { name: 'SGD', optimizer: sgd(0.1), shape: [784, 128] },
  { name: 'momentum', optimizer: sgd(0.1, { momentum: 0.9 }), shape: [784, 128] },
  { name: 'Adam', optimizer: adam(0.001), shape: [1152, 128] },
  { name: 'RMSprop', optimizer: rmsprop(0.001), shape: [784, 128] },
  {
    name: 'dense 37 -> 21, zeros left out, 13 rows',
    ...{ layer: dense(21), inputShape: [37], batch: 13, zeroInputs: 0.6 },
  },
  { name: 'dense 37 -> 21, 13 rows', layer: dense(21), inputShape: [37], batch: 13, zeroGradients: 0.4 },
  { name: 'conv 3 -> 5, 9 x 7, 5 images', layer: conv2d(5, 3), inputShape: [9, 7, 3], batch: 5 },
  {
    name: 'conv 8 -> 9, 13 x 11 same, 5 images',
    ...{ layer: conv2d(9, 3, { padding: 'same' }), inputShape: [13, 11, 8], batch: 5, zeroGradients: 0.8 },
  },
  { name: 'max pool 2, 9 x 7 x 3, 5 images', layer: maxPool2d(2), inputShape: [9, 7, 3], batch: 5 },
  { name: 'Adam, 3 x 5', optimizer: adam(0.001), shape: [3, 5] },
]
