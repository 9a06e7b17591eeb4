import { averagePool2d, globalAveragePool2d } from '../../src/nn/averagePool2d.ts'
import { batchNorm } from '../../src/nn/batchNorm.ts'
import { conv2d } from '../../src/nn/conv2d.ts'
import { dense } from '../../src/nn/dense.ts'
import { dropout } from '../../src/nn/dropout.ts'
import { elu } from '../../src/nn/elu.ts'
import { flatten } from '../../src/nn/flatten.ts'
import { gelu } from '../../src/nn/gelu.ts'
import { leakyRelu } from '../../src/nn/leakyRelu.ts'
import { maxPool2d } from '../../src/nn/maxPool2d.ts'
import type { ModelSpec } from '../../src/nn/model.ts'
import { relu } from '../../src/nn/relu.ts'
import { sigmoid } from '../../src/nn/sigmoid.ts'
import { softplus } from '../../src/nn/softplus.ts'
import { tanh } from '../../src/nn/tanh.ts'

/** A model with every type of layer, on images of 7 x 6 with 2 channels, three classes. */
export const everyLayer: ModelSpec = {
  inputShape: [7, 6, 2],
  layers: [
    ...[conv2d(5, [3, 2], { padding: 'same' }), batchNorm(), leakyRelu(0.1), maxPool2d(2, { stride: 1 })],
    ...[conv2d(4, 3, { stride: 2, padding: 'same' }), elu(), averagePool2d(2, { stride: 1 })],
    ...[conv2d(9, 1), gelu(), dropout(0.25), globalAveragePool2d(), flatten(), dense(7), softplus()],
    ...[dense(6), batchNorm(), sigmoid(), dense(5), tanh(), dense(5), relu(), dropout(0.1), dense(3)],
  ],
}
