import { beforeEach, describe, expect, it, vi } from 'vitest'
import { AtelierError } from '../../src/base/errors.ts'
import { Random } from '../../src/base/random.ts'
import type { EngineName } from '../../src/engine/engine.ts'
import type { Range } from '../../src/engine/tensor.ts'
import { batchNorm } from '../../src/nn/batchNorm.ts'
import type { LayerBuilder } from '../../src/nn/buildLayers.ts'
import { conv2d } from '../../src/nn/conv2d.ts'
import { Dense, dense } from '../../src/nn/dense.ts'
import { dropout } from '../../src/nn/dropout.ts'
import { flatten } from '../../src/nn/flatten.ts'
import { gradientCheck } from '../../src/nn/gradientCheck.ts'
import { buildLayer } from '../../src/nn/layers.ts'
import { maxPool2d } from '../../src/nn/maxPool2d.ts'
import type { ModelSpec } from '../../src/nn/model.ts'
import { relu } from '../../src/nn/relu.ts'
import { tanh } from '../../src/nn/tanh.ts'
import { broken, calls, forget } from '../engine/paths.ts'
import { fastEngines } from '../engines.ts'
import { everyLayer } from './everyLayer.ts'

vi.mock('../../src/engine/simd/module.ts', async (original) =>
  (await import('../engine/paths.ts')).watchedModule(await original()),
)
beforeEach(forget)

/** Five images: more than fit into a group of four. Two of three pixels are 0 before the shift. Four classes, or as many as the model has. */
function sparseImages({ inputShape }: ModelSpec, classes = 4) {
  const random = new Random(5, 'sparse images')
  const features = inputShape.reduce((product, size) => product * size, 1)
  const shift = Float64Array.from({ length: features }, (_, i) => random.uniform(i))
  const inputs = Float64Array.from({ length: 5 * features }, (_, i) => {
    const z = random.uniform(2 * i + features) < 2 / 3 ? 0 : 3 * random.uniform(2 * i + 1 + features)
    return z - (shift[i % features] ?? 0)
  })
  return { inputs, labels: Array.from({ length: 5 }, (_, i) => i % classes), shift }
}

/** Wide enough for lists of the gradients that go back through the second layer. */
const mlp: ModelSpec = {
  inputShape: [6, 6, 1],
  layers: [flatten(), dense(128), relu(), dense(32), relu(), dense(4)],
}
/** The paper's network on smaller images. */
const cnn: ModelSpec = {
  inputShape: [12, 12, 1],
  layers: [conv2d(8, 3), relu(), conv2d(8, 3), relu(), maxPool2d(), flatten(), dense(32), relu(), dense(4)],
}
const same = conv2d(8, 3, { padding: 'same' })
const deep: ModelSpec = {
  inputShape: [8, 8, 1],
  layers: [
    ...[
      same,
      batchNorm(),
      relu(),
      same,
      tanh(),
      same,
      relu(),
      maxPool2d(),
      conv2d(16, 3, { padding: 'same' }),
    ],
    // The gradients of windows that leave something out are laid down, and only then listed.
    ...[relu(), maxPool2d(3), flatten(), dense(32), relu(), dropout(0.25), dense(4)],
  ],
}
const models = { mlp, cnn, deep }

const check = (engine: EngineName, spec: ModelSpec, samples = 8) =>
  gradientCheck(spec, { ...sparseImages(spec), engine, samples, tolerance: 1e-5, epsilon: 1e-5 })
const wrongIn = (engine: EngineName, spec: ModelSpec) =>
  check(engine, spec)
    .tensors.filter(({ verdict }) => verdict === 'wrong')
    .map(({ name }) => name)

describe.each(fastEngines)(
  'the gradients of the engine %s agree with central differences in float64',
  (engine) => {
    it.each(Object.entries(models))('to 1e-5 of the largest of each tensor: %s', (_name, spec) => {
      const report = check(engine, spec)
      expect(report.tensors.filter(({ verdict }) => verdict !== 'right')).toEqual([])
      expect(report).toMatchObject({ ok: true, engine, leftOut: 0 })
      expect(report.outputError).toBeGreaterThan(0)
      const compared = report.tensors.filter(({ compared }) => compared > 0)
      // Of a bias in front of batch norm nothing is left to compare.
      expect(compared).toHaveLength(report.tensors.length - (spec === deep ? 1 : 0))
      for (const { compared: some, elements } of compared)
        expect(some).toBeGreaterThanOrEqual(Math.min(elements, 8) / 4)
    })

    it('with every type of layer', () => {
      const report = gradientCheck(everyLayer, { ...sparseImages(everyLayer, 3), engine, samples: 10 })
      expect(report).toMatchObject({ ok: true, engine, tolerance: 1e-4 })
    })
  },
)

it('on the engine simd they come by all its faster ways', () => {
  check('simd', mlp, 1)
  expect(calls('sparseProduct')).toBeGreaterThan(0)
  expect(calls('sparseProductGradient')).toBe(1)
  expect(calls('productOfZeros')).toBe(1)
  forget()
  check('simd', cnn, 1)
  // Five images and three that fill up the last four: forward by Winograd, back by lists.
  expect([calls('winograd'), calls('pooledGradients'), calls('productOfZeros')]).toEqual([8, 8, 1])
  forget()
  check('simd', deep, 1)
  expect(calls('winograd')).toBe(8 * 4)
  expect([calls('pooledGradients'), calls('sparseGradients')]).toEqual([8, 8])
})

describe('a kernel that once is not called is caught', () => {
  it.each([
    ['sparseProduct', mlp],
    ['sparseProductGradient', mlp],
    ['productOfZeros', mlp],
    ['columnSums', mlp],
    ['transformWeights', cnn],
    ['winograd', cnn],
    ['pooledGradients', cnn],
    ['sparseGradients', deep],
    ['convolveGradient', cnn],
    ['maxPoolBackward', deep],
    ['sumGroups', cnn],
  ] as const)('%s', (kernel, spec) => {
    broken.kernel = kernel
    const report = check('simd', spec, 2)
    expect(calls(kernel)).toBeGreaterThan(0)
    expect(report.ok).toBe(false)
    expect(report.tensors.some(({ verdict }) => verdict === 'wrong')).toBe(true)
  })
})

/** One element of a weight gradient is off by a thousandth of the largest. */
class WrongElement extends Dense {
  override gradient(slices: readonly Range[], rows: number): void {
    super.gradient(slices, rows)
    const data = this.parameters[0]?.gradient.block.data
    if (data) data[3] = (data[3] ?? 0) + 0.001 * Math.max(...Array.from(data, Math.abs))
  }
}

const narrow: ModelSpec = {
  inputShape: [6],
  layers: [dense(8), tanh(), dense(7), tanh(), dense(4)],
}

it('one wrong element of one tensor is caught, in float32 as well', () => {
  const build: LayerBuilder = (spec, context) =>
    spec.type === 'dense' && context.name === 'dense_3'
      ? new WrongElement(spec, context)
      : buildLayer(spec, context)
  const report = gradientCheck(narrow, { ...sparseImages(narrow), engine: 'simd', samples: 'all', build })
  expect(report.tensors.filter(({ verdict }) => verdict === 'wrong').map(({ name }) => name)).toEqual([
    'dense_3.weight',
  ])
})

describe('an example that rounding puts on another side of a kink', () => {
  // All weights are 1. In float32 1 + 2^-25 is 1, and the sum of the first example 0; in float64 it is 2^-25.
  const spec: ModelSpec = { inputShape: [3], layers: [dense(1, { initializer: 'ones' }), relu(), dense(2)] }
  const [near, far] = [
    [1, 2 ** -25, -1],
    [1, 0.5, 0.25],
  ] as const
  const run = (inputs: readonly number[], epsilon: number) => {
    const labels = inputs.slice(0, inputs.length / 3).map(() => 1)
    return gradientCheck(spec, { inputs, labels, engine: 'simd', epsilon })
  }

  it('is left out where its gradient is another one', () => {
    // A step of 1e-9 leads across no kink here.
    expect(run([...far, ...near, ...far], 1e-9)).toMatchObject({ ok: true, leftOut: 1 })
  })

  it('is left alone where every step that shows it leads across the kink', () => {
    const { ok, leftOut, tensors } = run([...far, ...near, ...far], 1e-5)
    expect({ ok, leftOut }).toEqual({ ok: true, leftOut: 0 })
    expect(tensors[0]?.kinks).toBeGreaterThan(0)
  })

  it('is wrong where there is no other', () => {
    expect(run([...near, ...near], 1e-9)).toMatchObject({ ok: false, leftOut: 0 })
  })
})

describe('what does not fit', () => {
  it.each<[string, object, RegExp]>([
    [
      'an engine that does not exist',
      { engine: 'smid' },
      /there is no engine "smid"\. Did you mean "simd"\?/,
    ],
    ['a shift of another length', { shift: [1, 2] }, /the shift has 2 values for examples of 36/],
  ])('%s', (_name, options, message) => {
    const run = () => gradientCheck(mlp, { ...sparseImages(mlp), ...options })
    expect(run).toThrow(AtelierError)
    expect(run).toThrow(message)
  })
})

it('nothing is wrong where nothing is broken', () => {
  expect(wrongIn('reference', mlp)).toEqual([])
})
