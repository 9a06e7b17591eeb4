import { describe, expect, it } from 'vitest'
import { Random } from '../../src/base/random.ts'
import { batchNorm } from '../../src/nn/batchNorm.ts'
import { conv2d } from '../../src/nn/conv2d.ts'
import { dense } from '../../src/nn/dense.ts'
import { dropout } from '../../src/nn/dropout.ts'
import { elu } from '../../src/nn/elu.ts'
import { flatten } from '../../src/nn/flatten.ts'
import { gelu } from '../../src/nn/gelu.ts'
import { leakyRelu } from '../../src/nn/leakyRelu.ts'
import { maxPool2d } from '../../src/nn/maxPool2d.ts'
import { relu } from '../../src/nn/relu.ts'
import { sigmoid } from '../../src/nn/sigmoid.ts'
import { softplus } from '../../src/nn/softplus.ts'
import type { LayerSpec } from '../../src/nn/specs.ts'
import { tanh } from '../../src/nn/tanh.ts'
import { engineNames } from '../engines.ts'
import { network } from './network.ts'

const ROWS = 6

/** Losses of two passes, and all gradients of the second. */
function trained(engine: string, layers: readonly LayerSpec[], keepOutputs: boolean) {
  const spec = { inputShape: [6, 6, 1], layers: [...layers, flatten(), dense(3)] }
  const { model, pass, gradient } = network(engine, spec, ROWS, {}, { keepOutputs })
  const random = new Random(1, 'images')
  const images = Float64Array.from({ length: ROWS * 36 }, (_, i) => random.normal(i))
  const labels = Array.from({ length: ROWS }, (_, i) => i % 3)
  const losses = [pass(images, labels), pass(images, labels)]
  return { model, losses, gradients: model.parameters.map(({ name }) => gradient(name)) }
}

/** Whether the activation at `index` writes over the outputs in front of it. */
function overwrites(layers: readonly LayerSpec[], index: number): boolean {
  const { model } = trained('simd', layers, false)
  return model.layers[index]?.output.value === model.layers[index - 1]?.output.value
}

describe('activations that write over their inputs', () => {
  it('do it behind layers that do not look at their outputs again', () => {
    for (const activation of [relu(), leakyRelu(), elu(), tanh(), sigmoid()]) {
      expect(overwrites([conv2d(2, 3), activation], 1)).toBe(true)
      expect(overwrites([flatten(), dense(4), activation], 2)).toBe(true)
      expect(overwrites([conv2d(2, 3), batchNorm(), activation], 2)).toBe(true)
    }
  })

  it('leave alone what a layer in front, or they themselves, need on the way back', () => {
    expect(overwrites([conv2d(2, 3), maxPool2d(2), relu()], 2)).toBe(false)
    expect(overwrites([conv2d(2, 3), tanh(), relu()], 2)).toBe(false)
    expect(overwrites([conv2d(2, 3), relu(), dropout(0.5)], 2)).toBe(false)
    expect(overwrites([conv2d(2, 3), gelu()], 1)).toBe(false)
    expect(overwrites([conv2d(2, 3), softplus()], 1)).toBe(false)
  })

  const stacks: Readonly<Record<string, readonly LayerSpec[]>> = {
    'each behind a convolution': [relu(), leakyRelu(), elu(), tanh(), sigmoid()].flatMap((activation) => [
      conv2d(2, 3, { padding: 'same' }),
      activation,
    ]),
    'two in a row, pooling and batch norm': [
      relu(),
      conv2d(4, 3),
      batchNorm(),
      tanh(),
      relu(),
      maxPool2d(2),
      sigmoid(),
      dropout(0.3),
      elu(),
    ],
    'relu in front of max pools': [
      conv2d(8, 3, { padding: 'same' }),
      relu(),
      maxPool2d(2),
      conv2d(5, 3, { padding: 'same' }),
      relu(),
      maxPool2d(2, { stride: 1 }),
    ],
    'relu in front of large windows': [conv2d(6, 1), batchNorm(), relu(), maxPool2d(3, { stride: 2 })],
  }
  it.each(engineNames)('compute the same bits as with outputs of their own, on the %s engine', (engine) => {
    for (const layers of Object.values(stacks)) {
      const [own, shared] = [trained(engine, layers, true), trained(engine, layers, false)]
      expect(shared.losses).toEqual(own.losses)
      expect(shared.gradients).toEqual(own.gradients)
      expect(own.gradients.flat().some((value) => value !== 0)).toBe(true)
    }
  })
})
