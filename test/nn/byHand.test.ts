import { describe, expect, it } from 'vitest'
import { readTensor } from '../../src/engine/engine.ts'
import { dense } from '../../src/nn/dense.ts'
import { gradientCheck } from '../../src/nn/gradientCheck.ts'
import type { ModelSpec } from '../../src/nn/model.ts'
import { relu } from '../../src/nn/relu.ts'
import { engineNames } from '../engines.ts'
import { network } from './network.ts'

/**
 * A network of 2 inputs, 2 hidden units with ReLU, and 2 classes, small enough to follow with a pencil.
 *
 *     x = (1, 2)                            the true class is 0
 *
 *     W1 = ( 1   -1 )    b1 = (0, 0.5)      W1[k][n] leads from input k to hidden unit n
 *          ( 2    0 )
 *     W2 = ( 1    0 )    b2 = (-2, 3)       W2[k][n] leads from hidden unit k to class n
 *          ( 6    4 )
 */
const spec: ModelSpec = { inputShape: [2], layers: [dense(2), relu(), dense(2)] }
const parameters = {
  'dense_1.weight': [1, -1, 2, 0],
  'dense_1.bias': [0, 0.5],
  'dense_2.weight': [1, 0, 6, 4],
  'dense_2.bias': [-2, 3],
}

describe.each(engineNames)('a 2-2-2 network worked by hand, on the %s engine', (engine) => {
  const { model, pass, gradient } = network(engine, spec, 4, parameters, { keepOutputs: true })
  const loss = pass([1, 2], [0])
  const layer = (index: number, what: 'value' | 'gradient') => {
    const output = model.layers[index]?.output
    return output === undefined ? [] : [...readTensor(output[what], 1)]
  }

  it('forward', () => {
    // x W1 + b1 = (1*1 + 2*2 + 0, 1*(-1) + 2*0 + 0.5)
    expect(layer(0, 'value')).toEqual([5, -0.5])
    // max(., 0)
    expect(layer(1, 'value')).toEqual([5, 0])
    // h W2 + b2 = (5*1 + 0*6 - 2, 5*0 + 0*4 + 3)
    expect(layer(2, 'value')).toEqual([3, 3])
    // Equal logits: both classes have probability 1/2, and the loss is -log 1/2.
    expect(loss).toBeCloseTo(Math.LN2, 6)
    expect(model.loss.results.predictions.data[0]).toBe(0)
  })

  it('backward', () => {
    // p - onehot = (1/2 - 1, 1/2 - 0)
    expect(layer(2, 'gradient')).toEqual([-0.5, 0.5])
    // dz W2^T = (-0.5*1 + 0.5*0, -0.5*6 + 0.5*4)
    expect(layer(1, 'gradient')).toEqual([-0.5, -1])
    // The second unit is off: nothing passes.
    expect(layer(0, 'gradient').map((value) => value + 0)).toEqual([-0.5, 0])
  })

  it('gradients of the parameters', () => {
    const plain = (name: string) => gradient(name).map((value) => value + 0)
    // dW2[k][n] = h[k] dz[n]: the first hidden unit is 5, the second 0.
    expect(plain('dense_2.weight')).toEqual([-2.5, 2.5, 0, 0])
    expect(plain('dense_2.bias')).toEqual([-0.5, 0.5])
    // dW1[k][n] = x[k] da[n] with x = (1, 2) and da = (-0.5, 0).
    expect(plain('dense_1.weight')).toEqual([-0.5, 0, -1, 0])
    expect(plain('dense_1.bias')).toEqual([-0.5, 0])
  })

  it('the mean over two equal rows has the same gradients', () => {
    const twice = network(engine, spec, 4, parameters)
    expect(twice.pass([1, 2, 1, 2], [0, 0])).toBeCloseTo(Math.LN2, 6)
    expect(twice.gradient('dense_2.weight').map((value) => value + 0)).toEqual([-2.5, 2.5, 0, 0])
  })
})

it('central differences of the loss give the gradients worked by hand', () => {
  const step = 1e-5
  const { engine, model, pass } = network('reference', spec, 4, parameters)
  /** (L(w + e) - L(w - e)) / 2 e for each element of a parameter. */
  const slopes = (name: string): number[] => {
    const value = model.parameters.find((parameter) => parameter.name === name)?.value
    if (value === undefined) return []
    const values = [...engine.store(value)]
    const lossAt = (i: number, change: number): number => {
      engine.load(
        value,
        values.map((w, j) => (i === j ? w + change : w)),
      )
      return pass([1, 2], [0])
    }
    const found = values.map((_, i) => (lossAt(i, step) - lossAt(i, -step)) / (2 * step))
    engine.load(value, values)
    return found.map((slope) => Number(slope.toFixed(6)) + 0)
  }
  expect(slopes('dense_2.weight')).toEqual([-2.5, 2.5, 0, 0])
  expect(slopes('dense_2.bias')).toEqual([-0.5, 0.5])
  expect(slopes('dense_1.weight')).toEqual([-0.5, 0, -1, 0])
  expect(slopes('dense_1.bias')).toEqual([-0.5, 0])
})

it('the gradient check agrees for every parameter of such a network', () => {
  const { ok, tensors } = gradientCheck(spec, { inputs: [1, 2, -1, 1], labels: [0, 1], samples: 'all' })
  expect(ok).toBe(true)
  expect(tensors.map(({ elements }) => elements)).toEqual([4, 2, 4, 2])
})
