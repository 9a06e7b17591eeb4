import { describe, expect, it } from 'vitest'
import { AtelierError } from '../../src/base/errors.ts'
import { Random } from '../../src/base/random.ts'
import type { Range } from '../../src/engine/tensor.ts'
import type { LayerBuilder } from '../../src/nn/buildLayers.ts'
import { Dense, dense } from '../../src/nn/dense.ts'
import { flatten } from '../../src/nn/flatten.ts'
import { type GradientCheckOptions, gradientCheck } from '../../src/nn/gradientCheck.ts'
import type { LayerContext } from '../../src/nn/layer.ts'
import { buildLayer } from '../../src/nn/layers.ts'
import { leakyRelu } from '../../src/nn/leakyRelu.ts'
import type { ModelSpec } from '../../src/nn/model.ts'
import { relu } from '../../src/nn/relu.ts'
import { sigmoid } from '../../src/nn/sigmoid.ts'
import type { DenseSpec, LayerSpec } from '../../src/nn/specs.ts'
import { tanh } from '../../src/nn/tanh.ts'

/** A batch of 6 images of 3 x 3 with 4 classes. */
function batch(features = 9, rows = 6): Pick<GradientCheckOptions, 'inputs' | 'labels'> {
  const random = new Random(3, 'batch')
  const inputs = Float64Array.from({ length: rows * features }, (_, i) => random.normal(i))
  return { inputs, labels: Array.from({ length: rows }, (_, i) => i % 4) }
}

const network = (activation: LayerSpec): ModelSpec => ({
  inputShape: [3, 3, 1],
  layers: [flatten(), dense(7), activation, dense(5), activation, dense(4)],
})

describe('gradientCheck finds right', () => {
  it.each([relu(), leakyRelu(), leakyRelu(0.3), tanh(), sigmoid()])('$type', (activation) => {
    const report = gradientCheck(network(activation), { ...batch(), samples: 'all' })
    expect(report.ok).toBe(true)
    expect(report.loss).toBeGreaterThan(0.5)
    expect(report.tensors.map(({ name, elements }) => [name, elements])).toEqual([
      ['dense_1.weight', 63],
      ['dense_1.bias', 7],
      ['dense_2.weight', 35],
      ['dense_2.bias', 5],
      ['dense_3.weight', 20],
      ['dense_3.bias', 4],
    ])
    for (const tensor of report.tensors) {
      expect(tensor.verdict).toBe('right')
      expect(tensor.compared + tensor.zeros + tensor.kinks).toBe(tensor.elements)
      expect(tensor.compared).toBeGreaterThan(0)
      expect(tensor.largestError).toBeLessThan(1e-7)
    }
    // The paper's variant: one element of each weight.
    expect(report.firstElements.map(({ name }) => name)).toEqual([
      'dense_1.weight',
      'dense_2.weight',
      'dense_3.weight',
    ])
    for (const { analytic, relativeError } of report.firstElements) {
      if (analytic === 0) expect(relativeError).toBeNull()
      else expect(relativeError).toBeLessThan(1e-5)
    }
  })

  it('a sample of a large tensor, the same for the same seed', () => {
    const check = (seed: number) =>
      gradientCheck(network(tanh()), { ...batch(), samples: 10, seed }).tensors.map(
        ({ compared }) => compared,
      )
    expect(check(1)).toEqual([10, 7, 10, 5, 10, 4])
    expect(gradientCheck(network(tanh()), { ...batch(), samples: 10 })).toEqual(
      gradientCheck(network(tanh()), { ...batch(), samples: 10 }),
    )
  })
})

/** Dense layers with a mistake in one method of one of them. */
function broken(name: string, Wrong: new (spec: DenseSpec, context: LayerContext) => Dense): LayerBuilder {
  return (spec, context) =>
    spec.type === 'dense' && context.name === name ? new Wrong(spec, context) : buildLayer(spec, context)
}

/** One single element of the weight gradient is a thousandth too large. */
class WrongWeightGradient extends Dense {
  override gradient(slices: readonly Range[], rows: number): void {
    super.gradient(slices, rows)
    const data = this.parameters[0]?.gradient.block.data
    if (data) data[3] = (data[3] ?? 0) * 1.001
  }
}

class WrongBiasGradient extends Dense {
  override gradient(slices: readonly Range[], rows: number): void {
    super.gradient(slices, rows)
    const data = this.parameters[1]?.gradient.block.data
    if (data) for (const n of data.keys()) data[n] = -(data[n] ?? 0)
  }
}

class NoGradient extends Dense {
  override gradient(): void {}
}

class NanGradient extends Dense {
  override gradient(slices: readonly Range[], rows: number): void {
    super.gradient(slices, rows)
    this.parameters[0]?.gradient.block.data.fill(Number.NaN)
  }
}

/** Hands a gradient that is 1 % too large to the layer in front. */
class WrongInputGradient extends Dense {
  private readonly inputGradient: LayerContext['inputGradient']

  constructor(spec: DenseSpec, context: LayerContext) {
    super(spec, context)
    this.inputGradient = context.inputGradient
  }

  override backward(rows: Range): void {
    super.backward(rows)
    const data = this.inputGradient?.block.data ?? []
    for (const i of data.keys()) data[i] = (data[i] ?? 0) * 1.01
  }
}

describe('gradientCheck catches', () => {
  const verdicts = (build: LayerBuilder) => {
    const report = gradientCheck(network(tanh()), { ...batch(), samples: 'all', build })
    const wrong = report.tensors.filter(({ verdict }) => verdict === 'wrong').map(({ name }) => name)
    return { ok: report.ok, wrong }
  }

  it('one wrong element of one weight gradient, off by a thousandth', () => {
    expect(verdicts(broken('dense_2', WrongWeightGradient))).toEqual({ ok: false, wrong: ['dense_2.weight'] })
  })

  it('a bias gradient of the wrong sign', () => {
    expect(verdicts(broken('dense_1', WrongBiasGradient))).toEqual({ ok: false, wrong: ['dense_1.bias'] })
  })

  it('a gradient that is never computed: zero, but not right', () => {
    const wrong = ['dense_3.weight', 'dense_3.bias']
    expect(verdicts(broken('dense_3', NoGradient))).toEqual({ ok: false, wrong })
  })

  it('a gradient that is not a number', () => {
    expect(verdicts(broken('dense_2', NanGradient))).toEqual({ ok: false, wrong: ['dense_2.weight'] })
  })

  it('a wrong input gradient, in every layer in front of it and in none behind', () => {
    const wrong = ['dense_1.weight', 'dense_1.bias']
    expect(verdicts(broken('dense_2', WrongInputGradient))).toEqual({ ok: false, wrong })
    expect(verdicts(broken('dense_3', WrongInputGradient)).wrong).toEqual([
      ...wrong,
      'dense_2.weight',
      'dense_2.bias',
    ])
  })
})

describe('gradients that cannot be compared', () => {
  it('are zeros where the input is zero: right, and the paper calls its element undefined', () => {
    const { inputs, labels } = batch()
    const dark = Float64Array.from(inputs, (value, i) => (i % 9 === 0 ? 0 : value))
    const report = gradientCheck(network(tanh()), { inputs: dark, labels, samples: 'all' })
    expect(report.tensors[0]).toMatchObject({ verdict: 'right', zeros: 7, compared: 56, kinks: 0 })
    expect(report.firstElements[0]).toMatchObject({ analytic: 0, numeric: 0, relativeError: null })
    expect(report.ok).toBe(true)
  })

  it('are kinks where a step goes across one: counted, and not failed', () => {
    // All inputs are 0, and biases start at 0: every ReLU stands exactly on its kink. Its bias cannot be compared;
    // the weights make no difference, because what they multiply is 0.
    const spec: ModelSpec = { inputShape: [3], layers: [dense(4), relu(), dense(4)] }
    const report = gradientCheck(spec, { inputs: new Float64Array(3), labels: [1], samples: 'all' })
    const [weight, bias, , lastBias] = report.tensors
    expect(weight).toMatchObject({ zeros: 12, compared: 0, kinks: 0, largestError: null, verdict: 'right' })
    expect(bias).toMatchObject({
      zeros: 0,
      compared: 0,
      kinks: 4,
      largestError: null,
      verdict: 'not compared',
    })
    expect(lastBias).toMatchObject({ compared: 4, kinks: 0, verdict: 'right' })
    expect(report.ok).toBe(true)
  })

  it('a kink close by is a kink also where the layer is leaky, and far away it is not', () => {
    const spec: ModelSpec = { inputShape: [1], layers: [dense(1), leakyRelu(0.5), dense(2)] }
    const kinks = (input: number) =>
      gradientCheck(spec, { inputs: [input], labels: [0], epsilon: 1e-3 }).tensors.map(
        (tensor) => tensor.kinks,
      )
    expect(kinks(1e-5)).toEqual([0, 1, 0, 0])
    expect(kinks(1)).toEqual([0, 0, 0, 0])
  })
})

describe('a batch that does not fit', () => {
  it.each<[string, Partial<GradientCheckOptions>, RegExp]>([
    ['no rows', { inputs: [], labels: [] }, /0 inputs do not make 0 examples of 9/],
    ['too few inputs', { inputs: [1, 2, 3], labels: [0] }, /3 inputs do not make 1 examples of 9/],
    ['a label without a class', { labels: [0, 1, 2, 3, 4, 0] }, /label 4 .* 4 classes/],
    ['a label that is no class index', { labels: [0, 1, 2, 3, -1, 0] }, /label -1/],
    ['a step of zero', { epsilon: 0 }, /epsilon/],
    ['a tolerance of NaN', { tolerance: Number.NaN }, /tolerance/],
    ['a sample of half an element', { samples: 0.5 }, /samples/],
  ])('%s', (_name, options, message) => {
    const check = () => gradientCheck(network(relu()), { ...batch(), ...options })
    expect(check).toThrow(AtelierError)
    expect(check).toThrow(message)
  })
})
