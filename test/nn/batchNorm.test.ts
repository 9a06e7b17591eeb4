import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/base/errors.ts'
import { createEngine } from '../../src/engine/create.ts'
import { readTensor, writeTensor } from '../../src/engine/engine.ts'
import { batchNorm } from '../../src/nn/batchNorm.ts'
import { conv2d } from '../../src/nn/conv2d.ts'
import { dense } from '../../src/nn/dense.ts'
import { dropout } from '../../src/nn/dropout.ts'
import { flatten } from '../../src/nn/flatten.ts'
import { gradientCheck } from '../../src/nn/gradientCheck.ts'
import { planActivations, sliceOf } from '../../src/nn/layer.ts'
import { buildLayer } from '../../src/nn/layers.ts'
import { maxPool2d } from '../../src/nn/maxPool2d.ts'
import { Model, summary } from '../../src/nn/model.ts'
import { relu } from '../../src/nn/relu.ts'
import type { LayerSpec } from '../../src/nn/specs.ts'
import { tanh } from '../../src/nn/tanh.ts'
import type { TrainingInput } from '../../src/train/config.ts'
import { evaluate } from '../../src/train/evaluate.ts'
import type { TrainingResult } from '../../src/train/events.ts'
import { train } from '../../src/train/train.ts'
import { numbers } from '../engine/workbench.ts'
import { engineNames } from '../engines.ts'
import { disagreement, ENGINES } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'
import { weightsOf } from '../train/parameters.ts'
import { eventsOf, interrupt, resultOf, tinyConfig, tinyDataset } from '../train/tiny.ts'

const oracle = fixture('norm')

/** A batchNorm layer by itself, with its parameters. */
function place(engineName: string, spec: LayerSpec, inputShape: readonly number[], capacity: number) {
  const engine = createEngine(engineName)
  const width = inputShape.reduce((a, b) => a * b, 1)
  const input = planActivations(engine, capacity, width)
  const stepContext = { training: true, step: 0, batch: 0, seed: 1 }
  const layer = buildLayer(spec, {
    ...{
      engine,
      name: 'batchNorm_1',
      capacity,
      inputShape,
      input,
      inputGradient: input.gradient,
      stepContext,
    },
  })
  engine.commit()
  const named = new Map(
    [...layer.parameters, ...(layer.buffers ?? [])].map((part) => [part.name, part.value]),
  )
  const matrix = (name: string) => {
    const value = named.get(`batchNorm_1.${name}`)
    if (value === undefined) throw new Error(`The layer has no "${name}".`)
    return value
  }
  for (const { value, initial, shape } of layer.buffers ?? []) {
    engine.load(value, new Float64Array(shape[0] ?? 0).fill(initial))
  }
  return {
    load: (name: string, values: ArrayLike<number>) => engine.load(matrix(name), values),
    read: (name: string) => engine.store(matrix(name)),
    /** Forward for a batch, without learning from it. */
    evaluate(x: ArrayLike<number>): Float64Array {
      const rows = { first: 0, end: x.length / width }
      stepContext.training = false
      writeTensor(input.value, x)
      layer.forward(rows)
      return readTensor(layer.output.value, rows.end)
    },
    /** A step: outputs, and all gradients for dy. */
    step(x: ArrayLike<number>, dy: ArrayLike<number>) {
      const rows = { first: 0, end: x.length / width }
      Object.assign(stepContext, { training: true, batch: rows.end })
      writeTensor(input.value, x)
      layer.prepareForward?.(rows)
      layer.forward(rows)
      writeTensor(layer.output.gradient, dy)
      layer.prepareBackward?.(rows)
      layer.backward(rows)
      layer.gradient(
        layer.parameters.map((parameter) => sliceOf(parameter, 0, 1)),
        rows.end,
      )
      stepContext.step++
      const [dscale, dshift] = layer.parameters.map(({ gradient }) => engine.store(gradient))
      const y = readTensor(layer.output.value, rows.end)
      return { y, dx: readTensor(input.gradient, rows.end), dscale: dscale ?? [], dshift: dshift ?? [] }
    },
  }
}

const settings: Readonly<Record<string, LayerSpec>> = {
  plain: batchNorm(),
  other: batchNorm({ momentum: 0.75, epsilon: 0.125 }),
  offset: batchNorm(),
}
const cases = Object.entries(settings).flatMap(([setting, spec]) =>
  oracle
    .cases(`${setting}/`)
    .filter((name) => name.split('/').length === 2)
    .map((name) => ({ name, spec })),
)

describe.each(ENGINES)('batchNorm on the $engine engine agrees with PyTorch to $once', ({ engine, once }) => {
  it.each(cases)('$name: three steps, running statistics, evaluation', ({ name, spec }) => {
    const [rows = 0, ...shape] = oracle.tensor(`${name}/1/x`).shape
    const layer = place(engine, spec, shape, rows + 3)
    layer.load('scale', oracle.data(`${name}/scale`))
    layer.load('shift', oracle.data(`${name}/shift`))
    for (const step of [1, 2, 3]) {
      const got = layer.step(oracle.data(`${name}/${step}/x`), oracle.data(`${name}/${step}/dy`))
      for (const part of ['y', 'dx', 'dscale', 'dshift'] as const) {
        const wanted = oracle.data(`${name}/${step}/${part}`)
        expect(disagreement(got[part], wanted), `step ${step}, ${part}`).toBeLessThan(once)
      }
    }
    for (const part of ['runningMean', 'runningVariance']) {
      expect(disagreement(layer.read(part), oracle.data(`${name}/${part}`)), part).toBeLessThan(once)
    }
    const y = layer.evaluate(oracle.data(`${name}/evaluation/x`))
    expect(disagreement(y, oracle.data(`${name}/evaluation/y`))).toBeLessThan(once)
  })
})

it('the fixtures cover flat rows and images, and channels beside and between whole vectors', () => {
  const shapes = cases.map(({ name }) => oracle.tensor(`${name}/1/x`).shape)
  for (const dimensions of [2, 4]) {
    const channels = shapes.filter(({ length }) => length === dimensions).map((shape) => shape.at(-1))
    expect(channels).toEqual(expect.arrayContaining([1, 3, 5, 8, 10]))
  }
})

describe.each(engineNames)('on the %s engine', (engine) => {
  it('every channel of a batch comes out with mean 0 and variance 1', () => {
    const layer = place(engine, batchNorm(), [4, 3, 5], 7)
    layer.load('scale', [1, 1, 1, 1, 1])
    const { y } = layer.step(numbers(7 * 60, 'x', 1), new Float64Array(7 * 60))
    for (let channel = 0; channel < 5; channel++) {
      const values = y.filter((_, i) => i % 5 === channel)
      const mean = values.reduce((sum, value) => sum + value / values.length, 0)
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0)
      expect(mean).toBeCloseTo(0, 5)
      expect(variance).toBeCloseTo(1, 4)
    }
  })

  it('in evaluation an example comes out the same, whoever is in the batch with it', () => {
    const layer = place(engine, batchNorm(), [3, 2, 3], 8)
    layer.load('scale', [1, 2, 3])
    layer.step(numbers(6 * 18, 'x', 1), numbers(6 * 18, 'dy', 1))
    const [one, others] = [numbers(18, 'one', 2), numbers(6 * 18, 'others', 3)]
    const alone = [...layer.evaluate(one)]
    const together = layer.evaluate([...others.slice(0, 4 * 18), ...one, ...others.slice(4 * 18)])
    expect([...together.slice(4 * 18, 5 * 18)]).toEqual(alone)
  })

  it('with momentum 0 the running statistics are those of the last batch', () => {
    const layer = place(engine, batchNorm({ momentum: 0 }), [1], 4)
    layer.step([7, 8, 9], [0, 0, 0])
    layer.step([1, 1, 5, 5], [0, 0, 0, 0])
    expect(layer.read('runningMean')[0]).toBe(3)
    expect(layer.read('runningVariance')[0]).toBeCloseTo(16 / 3, 6)
  })
})

const images: LayerSpec[] = [
  ...[conv2d(3, 3, { padding: 'same' }), batchNorm(), tanh(), dropout(0.25), flatten()],
  ...[dense(10), batchNorm(), tanh(), dropout(0.5), dense(3)],
]

it.each([6, 9])(
  'gradients in front of and behind it agree with central differences to 1e-6: batch of %i',
  (rows) => {
    const labels = Array.from({ length: rows }, (_, i) => i % 3)
    const inputs = numbers(rows * 50, 'inputs', 5)
    const { tensors } = gradientCheck(
      { inputShape: [5, 5, 2], layers: images },
      { inputs, labels, samples: 'all' },
    )
    expect(tensors.filter(({ verdict }) => verdict !== 'right')).toEqual([])
    // A bias in front of it is taken out again with the mean: its gradient is 0.
    const dead = tensors.filter(({ compared }) => compared === 0).map(({ name }) => name)
    expect(dead).toEqual(['conv2d_1.bias', 'dense_1.bias'])
  },
)

describe('in a model', () => {
  it('starts with scale 1, shift 0 and statistics of mean 0, variance 1, and counts them in the summary', () => {
    const engine = createEngine('simd')
    const model = new Model(engine, { inputShape: [2, 2, 3], layers: [batchNorm(), flatten(), dense(2)] }, 4)
    engine.commit()
    model.initialize(1)
    const saved = [...model.parameters, ...model.buffers]
    const read = (name: string) => {
      const part = saved.find((candidate) => candidate.name === `batchNorm_1.${name}`)
      return part && [...engine.store(part.value)]
    }
    expect(read('scale')).toEqual([1, 1, 1])
    expect(read('shift')).toEqual([0, 0, 0])
    expect(read('runningMean')).toEqual([0, 0, 0])
    expect(read('runningVariance')).toEqual([1, 1, 1])
    expect(summary(model)).toBe(
      [
        'layer (type)             output shape  parameters',
        '-------------------------------------------------',
        'input                    2 x 2 x 3              0',
        'batchNorm_1 (batchNorm)  2 x 2 x 3             12',
        'flatten_1 (flatten)      12                     0',
        'dense_1 (dense)          2                     26',
        '-------------------------------------------------',
        'parameters: 38',
        'trainable: 32',
        'non-trainable: 6',
      ].join('\n'),
    )
  })

  it('loading weights does not touch the running statistics', () => {
    const engine = createEngine('simd')
    const model = new Model(engine, { inputShape: [3], layers: [batchNorm(), dense(2)] }, 4)
    engine.commit()
    model.initialize(1)
    for (const { value } of model.buffers) engine.load(value, [4, 5, 6])
    model.refresh()
    expect(model.buffers.map(({ value }) => [...engine.store(value)])).toEqual([
      [4, 5, 6],
      [4, 5, 6],
    ])
  })
})

/** 70 rows in batches of 16: the last has 6, fewer groups than 3 threads or more could have. */
const config = {
  ...tinyConfig,
  model: {
    type: 'layers',
    layers: [
      ...[conv2d(5, 3), batchNorm(), relu(), maxPool2d(2), dropout(0.25), flatten()],
      ...[dense(9), batchNorm({ momentum: 0.5 }), relu(), dropout(0.5), dense(3)],
    ],
  },
} as const satisfies TrainingInput
const data = tinyDataset({ noise: 150 })

const timeless = (result: TrainingResult) => ({
  ...result,
  history: result.history.map((record) => ({ ...record, seconds: 0 })),
})

describe('training with batchNorm and dropout', () => {
  const whole = train(config, data)

  it('learns, and its statistics move', async () => {
    const result = await whole
    expect(result.history.at(-1)?.train?.loss).toBeLessThan(result.history[0]?.train?.loss ?? 0)
    expect(result.train?.accuracy).toBeGreaterThan(0.5)
    const weights = weightsOf(result)
    for (const layer of ['batchNorm_1', 'batchNorm_2']) {
      expect(weights.get(`${layer}.runningMean`)?.every((value) => value !== 0)).toBe(true)
      expect(weights.get(`${layer}.runningVariance`)?.every((value) => value > 0 && value !== 1)).toBe(true)
    }
  })

  it('has the same bits for 1, 2, 3 and 5 threads, with a smaller last batch', async () => {
    const alone = timeless(await whole)
    for (const threads of [2, 3, 5]) {
      const together = await train(config, data, { threads })
      expect(together.weightsSha256, `${threads} threads`).toBe(alone.weightsSha256)
      expect(timeless(together)).toEqual(alone)
    }
  })

  it('ends with the same bits after an interruption in mid-epoch, with other threads', async () => {
    const checkpoint = await interrupt(
      config,
      data,
      (event) => event.type === 'progress' && event.epoch === 2 && event.step >= 1,
    )
    expect(checkpoint.step).toBeGreaterThan(0)
    for (const threads of [1, 3]) {
      const events = await eventsOf(config, data, { resume: checkpoint, threads })
      expect(timeless(resultOf(events))).toEqual(timeless(await whole))
    }
  })

  it('L2 leaves scale and shift alone', async () => {
    const once = { ...config, epochs: 1, batchSize: 70, evaluate: 'end' } as const
    const [free, decayed] = [await train(once, data), await train({ ...once, l2: 1 }, data)]
    const [before, after] = [weightsOf(free), weightsOf(decayed)]
    expect(after.get('batchNorm_1.scale')).toEqual(before.get('batchNorm_1.scale'))
    expect(after.get('batchNorm_1.shift')).toEqual(before.get('batchNorm_1.shift'))
    expect(after.get('dense_1.weight')).not.toEqual(before.get('dense_1.weight'))
  })

  it('saved weights give the same evaluation', async () => {
    const result = await whole
    const weights = { bytes: result.weights, name: 'weights.safetensors' }
    const again = await evaluate(config, weights, data, { threads: 2 })
    expect(again).toMatchObject({ test: result.test, weightsSha256: result.weightsSha256 })
  })

  it.each([
    [1, 70],
    [23, 70],
  ])('refuses batches of %i: one of them would be a single example', async (batchSize) => {
    const attempt = train({ ...config, batchSize }, data)
    await expect(attempt).rejects.toThrow(ConfigError)
    await expect(attempt).rejects.toThrow(/batchSize: .* has 1 example, layer "batchNorm_1" needs 2\./)
  })
})
