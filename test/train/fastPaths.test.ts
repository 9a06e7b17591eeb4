import { beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeSafetensors } from '../../src/base/safetensors.ts'
import type { Dataset } from '../../src/data/dataset.ts'
import { type TrainingInput, trainingConfig } from '../../src/train/config.ts'
import { calls, forget, way } from '../engine/paths.ts'
import { type Bounds, disagreement, ENGINES } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'
import { weightsOf } from './parameters.ts'
import { eventsOf, resultOf } from './tiny.ts'

vi.mock('../../src/engine/simd/module.ts', async (original) =>
  (await import('../engine/paths.ts')).watchedModule(await original()),
)
vi.mock('../../src/engine/simd/sparse.ts', async (original) =>
  (await import('../engine/paths.ts')).steeredSparse(await original()),
)
vi.mock('../../src/engine/workspace.ts', async (original) =>
  (await import('../engine/paths.ts')).steeredWorkspace(await original()),
)

const oracle = fixture('fast')
beforeEach(forget)

function datasetOf(model: 'mlp' | 'cnn', height: number, width: number): Dataset {
  const labels = oracle.bytes(`${model}/labels`)
  const rows = { images: oracle.bytes(`${model}/images`), labels, count: labels.length }
  const about = { name: 'Fixture', synthetic: true, height, width, channels: 1 }
  return { ...about, classes: ['a', 'b', 'c'], train: rows, test: rows }
}

interface Case {
  /** Of the fixture: "mlp/optimizer/adam". */
  readonly name: string
  /** Where its parameters start: "mlp/start". */
  readonly start: string
  readonly data: Dataset
  readonly config: TrainingInput
}

/** Trains as the fixture did; compares the loss of the first epoch, and all parameters at the end. Returns the summary. */
async function follows({ name, start, data, config }: Case, { engine, steps }: Bounds): Promise<string> {
  const names = oracle
    .names(`${name}/`)
    .map((tensor) => tensor.slice(name.length + 1))
    .filter((tensor) => tensor.includes('.'))
  expect(names.length).toBeGreaterThanOrEqual(4)
  const parameters = names.map((parameter) => ({
    ...{ name: parameter, shape: oracle.tensor(`${start}/${parameter}`).shape },
    data: oracle.thirtySeconds(`${start}/${parameter}`),
  }))
  const initFrom = { bytes: encodeSafetensors(parameters), name: 'start.safetensors' }
  const events = await eventsOf(config, data, { engine, initFrom })
  const result = resultOf(events)
  const trained = weightsOf(result)
  for (const parameter of names)
    expect(
      disagreement(trained.get(parameter) ?? [], oracle.data(`${name}/${parameter}`)),
      parameter,
    ).toBeLessThan(steps)
  const { count } = data.train
  const size = config.batchSize ?? 0
  const losses = [...oracle.data(`${name}/losses`)].slice(0, Math.ceil(count / size))
  const mean = losses.reduce((sum, loss, i) => sum + loss * Math.min(size, count - i * size), 0) / count
  expect(Math.abs((result.history[0]?.loss ?? 0) / mean - 1)).toBeLessThan(steps)
  const [begun] = events
  return begun?.type === 'start' ? begun.summary : ''
}

const momentum = { type: 'sgd', learningRate: 0.125, momentum: 0.875 } as const
const optimizers: Readonly<Record<string, TrainingInput['optimizer']>> = {
  sgd: { type: 'sgd', learningRate: 0.25 },
  momentum,
  nesterov: { ...momentum, nesterov: true },
  adam: { type: 'adam', learningRate: 0.03125, epsilon: 1e-3 },
  adamw: { type: 'adamw', learningRate: 0.03125, epsilon: 1e-3, weightDecay: 0.5 },
  rmsprop: { type: 'rmsprop', learningRate: 0.015625, epsilon: 1e-2 },
  rmspropMomentum: { type: 'rmsprop', learningRate: 0.015625, epsilon: 1e-2, alpha: 0.875, momentum: 0.5 },
  adagrad: { type: 'adagrad', learningRate: 0.0625, epsilon: 1e-2 },
}
const classWeights = [0.5, 2, 1.25]
const targets: Readonly<Record<string, Partial<TrainingInput>>> = {
  plain: {},
  clip: { clipNorm: 2 },
  smoothing: { labelSmoothing: 0.125 },
  weights: { classWeights },
  all: { clipNorm: 2.5, labelSmoothing: 0.125, classWeights, l2: 2 },
}

const mlpData = datasetOf('mlp', 3, 4)
const common = { epochs: 2, shuffle: false, evaluate: 'end' } as const

/** What the name of a fixture says: "mlp/optimizer/adam+l2", "mlp/activation/tanh", "mlp/targets/clip" ... */
function mlpCase(name: string): Case {
  const [, kind, about = ''] = name.split('/')
  const [optimizer = '', l2] = kind === 'optimizer' ? about.split('+') : ['momentum']
  const activation = kind === 'activation' ? about : 'relu'
  const layers = [
    { type: 'flatten' },
    { type: 'dense', units: 32 },
    { type: activation },
    { type: 'dense', units: 3 },
  ]
  const config = trainingConfig({
    ...{ ...common, model: { type: 'layers', layers }, optimizer: optimizers[optimizer], batchSize: 6 },
    ...(l2 === undefined ? {} : { l2: 2 }),
    ...(kind === 'normalize' ? { normalize: about } : {}),
    ...(kind === 'targets' ? targets[about] : {}),
  })
  return { name, start: 'mlp/start', data: mlpData, config }
}

const mlps = oracle.cases('mlp/').filter((name) => name.split('/').length === 3)

it('the images of the fixtures are 0 at more than 60 % of their pixels, and every pixel is shifted', () => {
  const { images } = mlpData.train
  expect(images.filter((pixel) => pixel === 0).length).toBeGreaterThan(0.6 * images.length)
})

it('every optimizer, activation, target and normalization has its fixture', () => {
  const of = (kind: string) =>
    mlps.filter((name) => name.split('/')[1] === kind).map((name) => name.split('/')[2])
  expect(new Set(of('optimizer').map((name = '') => name.split('+')[0]))).toEqual(
    new Set(Object.keys(optimizers)),
  )
  expect(['plain', ...of('targets')].toSorted()).toEqual(Object.keys(targets).toSorted())
})

describe.each(ENGINES)('10 steps behind an input of mostly zeros, on the $engine engine', (bounds) => {
  it.each(mlps)(`follow PyTorch to ${bounds.steps}: %s`, async (name) => {
    const summary = await follows(mlpCase(name), bounds)
    expect(summary.includes('input (sparse)')).toBe(bounds.engine === 'simd')
    if (bounds.engine !== 'simd') return
    // Ten steps forward, and two evaluations; every product that is not of the first layer is of the second.
    expect(calls('sparseProductGradient')).toBe(10)
    expect(calls('sparseProduct')).toBe(12)
    expect(calls('productGradient')).toBe(10)
  })
})

const cnnData = datasetOf('cnn', 8, 8)
const convolution = [{ type: 'conv2d', filters: 8, kernelSize: 3, padding: 'same' }, { type: 'relu' }]

/** "cnn/narrow/clip" ends with one dense layer, "cnn/wide/all" with two. */
function cnnCase(name: string): Case {
  const [, kind = '', about = ''] = name.split('/')
  const wide = kind === 'wide' ? [{ type: 'dense', units: 32 }, { type: 'relu' }] : []
  const last = [{ type: 'maxPool2d' }, { type: 'flatten' }, ...wide, { type: 'dense', units: 3 }]
  const model = { type: 'layers', layers: [...convolution, ...convolution, ...last] }
  const config = trainingConfig({ ...common, model, optimizer: momentum, batchSize: 4, ...targets[about] })
  return { name, start: `cnn/${kind}/start`, data: cnnData, config }
}

const cnns = oracle.cases('cnn/').filter((name) => name.split('/').length === 3 && !name.endsWith('/start'))
const ways = [
  { title: 'as shapes and data decide', choice: {} },
  { title: 'without Winograd', choice: { winograd: false } },
  { title: 'without lists', choice: { lists: false } },
  { title: 'without either', choice: { winograd: false, lists: false } },
] as const

describe.each(ENGINES)(
  '6 steps of a convolutional network in all of its ways, on the $engine engine',
  (bounds) => {
    const { engine, steps } = bounds
    const possible = engine === 'reference' ? ways.slice(0, 1) : ways

    it.each(possible.flatMap(({ title, choice }) => cnns.map((name) => ({ title, choice, name }))))(
      `follow PyTorch to ${steps}: $name, $title`,
      async ({ name, choice }) => {
        Object.assign(way, choice)
        await follows(cnnCase(name), bounds)
        if (engine === 'reference') return
        // Two epochs of 4 + 4 + 2 images, 12 with those that fill up the last four; two evaluations of as many.
        const [trained, evaluated] = [24, 24]
        const lists = way.lists ?? true
        const winograd = way.winograd ?? true
        // Behind the pool three of four output gradients are 0: the second convolution leaves them out, the first has none.
        expect(calls('pooledGradients')).toBe(lists ? trained : 0)
        expect(calls('convolveGradient')).toBe(trained + (lists ? 0 : trained))
        expect(calls('winograd')).toBe(winograd ? trained + evaluated + (lists ? 0 : trained) : 0)
        // blas multiplies without lists.
        expect(calls('productOfZeros')).toBe(engine === 'simd' && name.startsWith('cnn/wide/') ? 6 : 0)
      },
    )
  },
)

it('there are steps that are clipped and steps that are not', () => {
  for (const name of ['mlp/targets', 'cnn/narrow']) {
    for (const [about, limit] of [
      ['clip', 2],
      ['all', 2.5],
    ] as const) {
      const norms = [...oracle.data(`${name}/${about}/norms`)]
      expect(Math.min(...norms)).toBeLessThan(limit)
      expect(Math.max(...norms)).toBeGreaterThan(limit)
    }
  }
})
