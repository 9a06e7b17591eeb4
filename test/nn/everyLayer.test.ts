import { describe, expect, it } from 'vitest'
import { readTensor } from '../../src/engine/engine.ts'
import { conv2d } from '../../src/nn/conv2d.ts'
import { dense } from '../../src/nn/dense.ts'
import { flatten } from '../../src/nn/flatten.ts'
import { gradientCheck } from '../../src/nn/gradientCheck.ts'
import { maxPool2d } from '../../src/nn/maxPool2d.ts'
import type { ModelSpec } from '../../src/nn/model.ts'
import { relu } from '../../src/nn/relu.ts'
import { layerSchema } from '../../src/nn/specs.ts'
import { tanh } from '../../src/nn/tanh.ts'
import { numbers } from '../engine/workbench.ts'
import { engineNames } from '../engines.ts'
import { disagreement } from '../oracle/agreement.ts'
import { everyLayer } from './everyLayer.ts'
import { network } from './network.ts'

const size = 7 * 6 * 2
const inputs = numbers(9 * size, 'inputs', 3)
const labels = [0, 1, 2, 2, 1, 0, 1, 0, 2]

it('the model has every type of layer', () => {
  const types = layerSchema.options.map(({ shape }) => shape.type.value)
  expect(new Set(everyLayer.layers.map(({ type }) => type))).toEqual(new Set(types))
})

describe('the gradient check of a model with every type of layer', () => {
  const report = gradientCheck(everyLayer, {
    ...{ inputs: inputs.subarray(0, 6 * size), labels: labels.slice(0, 6), samples: 60 },
  })

  it('finds every gradient right, the largest relative error below 1e-6', () => {
    expect(report.tensors.filter(({ verdict }) => verdict !== 'right')).toEqual([])
    for (const { name, largestError } of report.tensors) expect(largestError ?? 0, name).toBeLessThan(1e-6)
    expect(report.tensors).toHaveLength(2 * 10)
  })

  it('compares nearly all elements, and counts the few whose step goes across a kink', () => {
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
    const all = sum(report.tensors.map(({ compared, zeros, kinks }) => compared + zeros + kinks))
    expect(all).toBe(sum(report.tensors.map(({ elements }) => Math.min(elements, 60))))
    expect(sum(report.tensors.map(({ kinks }) => kinks))).toBeLessThan(all / 10)
    // A bias in front of batch norm is taken out again with the mean: its gradient is 0.
    const zero = report.tensors.filter(({ compared }) => compared === 0).map(({ name }) => name)
    expect(zero).toEqual(['conv2d_1.bias', 'dense_2.bias'])
  })
})

describe('both engines', () => {
  it('agree to 1e-5 in the outputs and to 5e-4 in all gradients of a model with every type of layer', () => {
    const [fast, exact] = [network('simd', everyLayer, 9), network('reference', everyLayer, 9)]
    expect(Math.abs(fast.pass(inputs, labels) - exact.pass(inputs, labels))).toBeLessThan(1e-6)
    const [got, wanted] = [fast, exact].map(({ model }) => readTensor(model.logits.value))
    expect(disagreement(got ?? [], wanted ?? [])).toBeLessThan(1e-5)
    for (const { name } of exact.model.parameters) {
      if (name === 'conv2d_1.bias' || name === 'dense_2.bias') continue
      expect(disagreement(fast.gradient(name), exact.gradient(name)), name).toBeLessThan(5e-4)
    }
  })
})

/** Padding, strides with gaps, pools with remainders: whatever a workspace could be left dirty by. */
const convolutions: ModelSpec = {
  inputShape: [7, 6, 2],
  layers: [
    ...[conv2d(3, 3, { padding: 'same' }), relu(), conv2d(5, [2, 3], { stride: 2, padding: 'same' }), tanh()],
    ...[
      maxPool2d(2, { stride: 1 }),
      conv2d(9, 2, { stride: 2 }),
      relu(),
      flatten(),
      dense(4),
      tanh(),
      dense(3),
    ],
  ],
}

describe.each([
  ['convolutions and pools', convolutions],
  ['every type of layer', everyLayer],
])('workspaces stay clean: %s', (_name, spec) => {
  it.each(engineNames)(
    'a short batch after a long one has the gradients that it has alone (%s)',
    (engine) => {
      const used = network(engine, spec, 9)
      for (const rows of [9, 5, 7, 2, 9, 6]) {
        const [x, own] = [inputs.subarray(0, rows * size), labels.slice(0, rows)]
        const fresh = network(engine, spec, 9)
        expect(used.pass(x, own), `${rows} rows`).toBe(fresh.pass(x, own))
        for (const { name } of fresh.model.parameters) {
          expect(used.gradient(name), `${rows} rows, ${name}`).toEqual(fresh.gradient(name))
        }
      }
    },
  )
})
