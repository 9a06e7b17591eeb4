import { describe, expect, it } from 'vitest'
import { ConfigError, ShapeError } from '../../src/base/errors.ts'
import { createEngine } from '../../src/engine/create.ts'
import { readTensor } from '../../src/engine/engine.ts'
import { dense } from '../../src/nn/dense.ts'
import { flatten } from '../../src/nn/flatten.ts'
import { sliceOf } from '../../src/nn/layer.ts'
import { mlpLayers } from '../../src/nn/mlp.ts'
import { Model, type ModelSpec, summary } from '../../src/nn/model.ts'
import { expandModel } from '../../src/nn/presets.ts'
import { relu } from '../../src/nn/relu.ts'
import { tanh } from '../../src/nn/tanh.ts'
import { numbers } from '../engine/workbench.ts'
import { engineNames } from '../engines.ts'
import { network } from './network.ts'

const build = (spec: ModelSpec, capacity = 4) => new Model(createEngine('reference'), spec, capacity)
const paper: ModelSpec = {
  inputShape: [28, 28, 1],
  layers: mlpLayers({ type: 'mlp', hidden: [128, 128], activation: 'relu' }, 10),
}

describe('a model', () => {
  it('784-128-128-10 has 118,282 parameters', () => {
    // 784 * 128 + 128 + 128 * 128 + 128 + 128 * 10 + 10
    expect(build(paper).parameterCount).toBe(118_282)
  })

  it('prints itself as a table', () => {
    expect(summary(build(paper))).toBe(
      [
        'layer (type)         output shape  parameters',
        '---------------------------------------------',
        'input                28 x 28 x 1            0',
        'flatten_1 (flatten)  784                    0',
        'dense_1 (dense)      128              100,480',
        'relu_1 (relu)        128                    0',
        'dense_2 (dense)      128               16,512',
        'relu_2 (relu)        128                    0',
        'dense_3 (dense)      10                 1,290',
        '---------------------------------------------',
        'parameters: 118,282',
      ].join('\n'),
    )
  })

  it('names layers and parameters by type and place', () => {
    const model = build({ inputShape: [3], layers: [dense(2), tanh(), dense(2), tanh(), dense(2)] })
    expect(model.layers.map(({ name }) => name)).toEqual([
      'dense_1',
      'tanh_1',
      'dense_2',
      'tanh_2',
      'dense_3',
    ])
    expect(model.parameters.map(({ name, shape, role }) => [name, shape, role]).slice(0, 2)).toEqual([
      ['dense_1.weight', [3, 2], 'weight'],
      ['dense_1.bias', [2], 'bias'],
    ])
  })

  it('needs at least one layer', () => {
    expect(() => build({ inputShape: [3], layers: [] })).toThrow(ConfigError)
    expect(() => build({ inputShape: [3], layers: [] })).toThrow('model: a model needs at least one layer.')
  })

  it('names the layer whose input does not fit, what it got and what to do', () => {
    const wrong: ModelSpec = { inputShape: [28, 28, 1], layers: [relu(), dense(5)] }
    expect(() => build(wrong)).toThrow(ShapeError)
    expect(() => build(wrong)).toThrow(
      'layer "dense_1": got an input of 28 x 28 x 1, wants a flat row of numbers (put flatten in front).',
    )
    const second: ModelSpec = { inputShape: [2, 2, 1], layers: [flatten(), dense(3), relu(), dense(2)] }
    expect(() => build(second)).not.toThrow()
  })

  it('as a preset: flatten, hidden layers with their activation, logits', () => {
    const layers = expandModel({ type: 'mlp', hidden: [7, 5], activation: 'tanh' }, 3)
    expect(layers.map(({ type }) => type)).toEqual(['flatten', 'dense', 'tanh', 'dense', 'tanh', 'dense'])
    expect(layers.at(-1)).toEqual({ type: 'dense', units: 3, initializer: 'heNormal' })
    const linear = expandModel({ type: 'mlp', hidden: [], activation: 'relu' }, 3)
    expect(linear).toEqual([
      { type: 'flatten' },
      { type: 'dense', units: 3, initializer: { type: 'normal', deviation: 0.01 } },
    ])
    expect(expandModel({ type: 'layers', layers: [relu()] }, 3)).toEqual([relu()])
  })
})

describe.each(engineNames)('batches on the %s engine', (engine) => {
  const spec: ModelSpec = { inputShape: [9], layers: [dense(7), relu(), dense(6), tanh(), dense(3)] }
  const inputs = numbers(12 * 9, 'inputs', 1)
  const labels = [0, 1, 2, 0, 1, 2, 2, 1, 0, 0, 1, 2]
  const names = build(spec).parameters.map(({ name }) => name)

  it('a short batch after a long one has the gradients that it has alone', () => {
    const used = network(engine, spec, 12)
    used.pass(inputs, labels)
    const loss = used.pass(inputs.subarray(0, 5 * 9), labels.slice(0, 5))
    const fresh = network(engine, spec, 12)
    expect(fresh.pass(inputs.subarray(0, 5 * 9), labels.slice(0, 5))).toBe(loss)
    for (const name of names) expect(used.gradient(name)).toEqual(fresh.gradient(name))
  })

  it('rows do not depend on each other: parts of a batch give the same bits as the whole', () => {
    const whole = network(engine, spec, 12)
    whole.pass(inputs, labels)
    const parts = network(engine, spec, 12)
    parts.pass(
      inputs,
      labels.map(() => 0),
    )
    const { model } = parts
    model.loss.results.labels.data.set(labels)
    for (const rows of [
      { first: 8, end: 12 },
      { first: 0, end: 8 },
    ]) {
      model.forward(rows)
      model.loss.run(rows, 12)
      model.backward(rows)
    }
    // Slices of the parameters in two parts, the last one first.
    for (const index of [1, 0]) {
      for (const layer of model.layers) {
        layer.gradient(
          layer.parameters.map((parameter) => sliceOf(parameter, index, 2)),
          12,
        )
      }
    }
    expect(readTensor(model.logits.value)).toEqual(readTensor(whole.model.logits.value))
    for (const name of names) expect(parts.gradient(name)).toEqual(whole.gradient(name))
  })

  it('NaN in one image makes the loss of that row NaN, and of no other', () => {
    const { model, pass } = network(engine, spec, 12)
    const bad = Float64Array.from(inputs.subarray(0, 3 * 9))
    bad[9 + 4] = Number.NaN
    expect(pass(bad, [0, 1, 2])).toBeNaN()
    const losses = [...model.loss.results.losses.data.subarray(0, 3)]
    expect(losses.map(Number.isNaN)).toEqual([false, true, false])
  })
})
