import { describe, expect, it, vi } from 'vitest'
import type { Dataset } from '../../src/data/dataset.ts'
import { conv2d } from '../../src/nn/conv2d.ts'
import { dense } from '../../src/nn/dense.ts'
import { dropout } from '../../src/nn/dropout.ts'
import { flatten } from '../../src/nn/flatten.ts'
import { maxPool2d } from '../../src/nn/maxPool2d.ts'
import { relu } from '../../src/nn/relu.ts'
import { tanh } from '../../src/nn/tanh.ts'
import type { TrainingInput } from '../../src/train/config.ts'
import { evaluate } from '../../src/train/evaluate.ts'
import { train } from '../../src/train/train.ts'
import { calls, forget } from '../engine/paths.ts'
import { disagreement } from '../oracle/agreement.ts'
import { cnnConfig, lineImages, timeless } from './images.ts'
import { weightsOf } from './parameters.ts'
import { eventsOf, interrupt, interruptOrFinish, resultOf } from './tiny.ts'

vi.mock('../../src/engine/simd/module.ts', async (original) =>
  (await import('../engine/paths.ts')).watchedModule(await original()),
)

const data = lineImages()
const everything = {
  ...cnnConfig,
  model: { ...cnnConfig.model, dropout: 0.25 },
  augment: { shift: 1, flip: true, cutout: 3 },
  ...{ clipNorm: 0.5, labelSmoothing: 0.1, classWeights: 'balanced', l2: 0.5 },
  earlyStopping: { patience: 3 },
} as const satisfies TrainingInput

const convolution = conv2d(8, 3, { padding: 'same' })

const variants: Readonly<Record<string, TrainingInput>> = {
  'cosine schedule': { ...everything, schedule: { type: 'cosine', warmupSteps: 2 } },
  'one cycle': { ...everything, schedule: { type: 'oneCycle' } },
  'plateau, RMSprop': {
    ...everything,
    optimizer: { type: 'rmsprop', learningRate: 0.01, momentum: 0.5 },
    schedule: { type: 'plateau', patience: 0, threshold: 0.2 },
  },
  // Eight filters: Winograd's algorithm forward, and zeros left out on the way back.
  'eight filters': { ...everything, model: { ...everything.model, filters: 8 } },
  // Winograd's algorithm both ways, in the middle on the way back as well; zeros left out before a dense layer, too.
  'three wide layers': {
    ...everything,
    model: {
      type: 'layers',
      layers: [
        ...[convolution, relu(), convolution, tanh(), convolution, relu(), maxPool2d(), flatten()],
        ...[dense(32), relu(), dropout(0.25), dense(3)],
      ],
    },
  },
  "'cnn-best'": {
    ...everything,
    model: { type: 'cnn-best', widths: [3, 5] },
    optimizer: { type: 'adamw', learningRate: 0.01 },
    schedule: { type: 'exponential', factor: 0.5 },
  },
}

describe.each(Object.entries(variants))('the same bits with everything on: %s', (_name, config) => {
  const whole = train(config, data)

  it('for 1, 2 and 5 threads', async () => {
    for (const threads of [2, 5]) {
      const together = await train(config, data, { threads })
      expect(together.weightsSha256, `${threads} threads`).toBe((await whole).weightsSha256)
      expect(timeless(together)).toEqual(timeless(await whole))
    }
  })

  it('after an interruption in mid-epoch, gone on with by other threads', async () => {
    const enough = (event: { type: string; epoch?: number }) => event.type === 'progress' && event.epoch === 3
    const checkpoint = await interrupt(config, data, enough, { threads: 2 })
    expect(checkpoint).toMatchObject({ epoch: 3, step: 1 })
    const resumed = resultOf(await eventsOf(config, data, { resume: checkpoint, threads: 3 }))
    expect(resumed.weightsSha256).toBe((await whole).weightsSha256)
    expect(timeless(resumed)).toEqual(timeless(await whole))
  })

  it('when interrupted after every step', async () => {
    let left = await interruptOrFinish(config, data, () => true)
    let interruptions = 0
    while ('bytes' in left) {
      interruptions++
      left = await interruptOrFinish(config, data, () => true, { resume: left })
    }
    expect(interruptions).toBeGreaterThan(7)
    expect(timeless(left)).toEqual(timeless(await whole))
  })

  it('saved weights give the same scores, whatever the training did to images and targets', async () => {
    const result = await whole
    const file = { bytes: result.weights, name: 'weights.safetensors' }
    const { train: trainScore, test, weightsSha256 } = await evaluate(config, file, data, { threads: 2 })
    expect({ train: trainScore, test, weightsSha256 }).toEqual({
      train: result.train,
      test: result.test,
      weightsSha256: result.weightsSha256,
    })
  })
})

it('some of them take the ways of the simd engine that are faster, forward, back and in lists', async () => {
  const taken: Record<string, readonly boolean[]> = {}
  for (const [name, config] of Object.entries(variants)) {
    forget()
    await train({ ...config, epochs: 1, scoreOn: ['validation'] }, data)
    const [forward, listed] = [calls('winograd'), calls('sparseGradients', 'pooledGradients')]
    // More often than 40 training and 10 validation images with one such layer could go forward: on the way back, too.
    taken[name] = [forward > 0, forward > 2 * 52, listed > 0, calls('productOfZeros') > 0]
  }
  expect(taken).toEqual({
    ...Object.fromEntries(Object.keys(variants).map((name) => [name, [false, false, false, false]])),
    'eight filters': [true, false, true, false],
    'three wide layers': [true, true, true, true],
    "'cnn-best'": [false, false, false, true],
  })
})

describe('each of these changes what is learned', () => {
  const once = { ...cnnConfig, epochs: 1 } as const satisfies TrainingInput
  const sha = async (changes: Partial<TrainingInput>) =>
    (await train({ ...once, ...changes }, data)).weightsSha256
  const plain = sha({})

  it.each<[string, Partial<TrainingInput>]>([
    ['shift', { augment: { shift: 1 } }],
    ['flip', { augment: { flip: true } }],
    ['cutout', { augment: { cutout: 3 } }],
    ['clipNorm', { clipNorm: 0.01 }],
    ['labelSmoothing', { labelSmoothing: 0.1 }],
    ['classWeights', { classWeights: [1, 2, 3] }],
    ['dropout', { model: { ...once.model, dropout: 0.5 } }],
    ['schedule', { schedule: { type: 'cosine' } }],
  ])('%s', async (_name, changes) => {
    expect(await sha(changes)).not.toBe(await plain)
  })

  it.each<[string, Partial<TrainingInput>]>([
    ['augmentation by nothing', { augment: {} }],
    ['a limit that no gradient reaches', { clipNorm: 1e6 }],
    ['smoothing by 0', { labelSmoothing: 0 }],
    ['weights of 1', { classWeights: [1, 1, 1] }],
    ['early stopping that does not stop', { earlyStopping: { patience: 9, restoreBest: false } }],
  ])('but not %s', async (_name, changes) => {
    expect(await sha(changes)).toBe(await plain)
  })

  it('augmented images are new in every epoch', async () => {
    // Nothing is learned, so the losses of the epochs differ only by their images.
    const optimizer = { type: 'sgd', learningRate: 1e-30 } as const
    const losses = async (changes: Partial<TrainingInput>) =>
      (await train({ ...once, optimizer, epochs: 3, shuffle: false, ...changes }, data)).history.map(
        ({ loss }) => loss,
      )
    expect(new Set(await losses({})).size).toBe(1)
    expect(new Set(await losses({ augment: { shift: 2 } })).size).toBe(3)
  })
})

it('images of any height, width and channels can be trained on, on both engines and any threads', async () => {
  const images = { images: Uint8Array.from({ length: 25 * 7 * 9 * 3 }, (_, i) => (i * 37) % 251), count: 25 }
  const rows = { ...images, labels: Uint8Array.from({ length: 25 }, (_, i) => i % 2) }
  const colours: Dataset = {
    ...{ name: 'Colours', synthetic: true, height: 7, width: 9, channels: 3 },
    ...{ classes: ['a', 'b'], train: rows, test: rows },
  }
  const common = { optimizer: { type: 'sgd', learningRate: 0.02 }, batchSize: 10, epochs: 2 } as const
  const augment = { shift: 1, flip: true, cutout: 3 }
  for (const model of [
    { type: 'cnn', filters: 3, units: 5, dropout: 0.25 },
    { type: 'cnn-best', widths: [4, 4] },
  ] as const) {
    const config = { ...common, model, augment }
    const simd = await train(config, colours)
    expect((await train(config, colours, { threads: 3 })).weightsSha256).toBe(simd.weightsSha256)
    const reference = weightsOf(await train(config, colours, { engine: 'reference' }))
    for (const [name, values] of weightsOf(simd)) {
      // Batch norm takes a bias in front of it out again: what it moves by is rounding.
      if (model.type === 'cnn-best' && /^(conv2d_\d|dense_1)\.bias$/.test(name)) continue
      expect(disagreement(values, reference.get(name) ?? []), name).toBeLessThan(1e-4)
    }
  }
})
