import { describe, expect, it } from 'vitest'
import { ConfigError, DataError, DivergenceError, ShapeError } from '../../src/base/errors.ts'
import { encodeSafetensors } from '../../src/base/safetensors.ts'
import type { Dataset } from '../../src/data/dataset.ts'
import type { TrainingInput } from '../../src/train/config.ts'
import { evaluate } from '../../src/train/evaluate.ts'
import type { TrainingEvent } from '../../src/train/events.ts'
import { train } from '../../src/train/train.ts'
import { disagreement, ENGINES } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'
import { weightsOf } from './parameters.ts'
import { eventsOf, resultOf, tinyConfig, tinyDataset } from './tiny.ts'

const data = tinyDataset()

describe('the events of a training', () => {
  it('come in order: start, then for each epoch progress and epoch, then done', async () => {
    const events = await eventsOf(tinyConfig, data)
    const order = events.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1])
    const epoch = ['progress', 'epoch']
    expect(order).toEqual(['start', ...epoch, ...epoch, ...epoch, ...epoch, 'done'])
  })

  it('start says what is trained on what', async () => {
    const [start] = await eventsOf({ ...tinyConfig, epochs: 1, validation: 0.2 }, data)
    expect(start).toEqual({
      type: 'start',
      summary: expect.stringContaining('dense_1 (dense)'),
      parameters: 25 * 9 + 9 + 9 * 6 + 6 + 6 * 3 + 3,
      dataset: 'Lines',
      synthetic: true,
      trainRows: 56,
      validationRows: 14,
      testRows: 31,
      epochs: 1,
      stepsPerEpoch: 4,
      threads: 1,
      engine: 'simd',
      resumedEpoch: 0,
      resumedStep: 0,
      warnings: [],
    })
  })

  it('progress counts steps up to the last of each epoch, and the last one is the running mean', async () => {
    const events = await eventsOf(tinyConfig, data)
    for (const [i, event] of events.entries()) {
      if (event.type !== 'epoch') continue
      const before = events[i - 1]
      expect(before).toMatchObject({
        type: 'progress',
        epoch: event.record.epoch,
        step: 5,
        steps: 5,
        loss: event.record.loss,
        accuracy: event.record.accuracy,
      })
    }
    const steps = events.flatMap((event) => (event.type === 'progress' ? [5 * event.epoch + event.step] : []))
    expect(steps).toEqual([...steps].sort((a, b) => a - b))
    for (const event of events) {
      if (event.type !== 'progress') continue
      expect(event.imagesPerSecond).toBeGreaterThan(0)
      expect(event.secondsLeft).toBeGreaterThanOrEqual(0)
    }
  })

  it('epoch has the scores of all parts; where only the end is to be measured, none before', async () => {
    const events = await eventsOf({ ...tinyConfig, epochs: 2, validation: 0.2, evaluate: 'end' }, data)
    const records = events.flatMap((event) => (event.type === 'epoch' ? [event.record] : []))
    const score = { loss: expect.any(Number), accuracy: expect.any(Number) }
    const common = { learningRate: 0.1, loss: expect.any(Number), seconds: expect.any(Number) }
    expect(records).toMatchObject([
      { ...common, epoch: 1, train: null, validation: null, test: null },
      { ...common, epoch: 2, train: score, validation: score, test: score },
    ])
    const result = resultOf(events)
    expect(result.history).toEqual(records)
    const { train: trainScore, validation, test } = result
    expect({ train: trainScore, validation, test }).toEqual({
      train: records[1]?.train,
      validation: records[1]?.validation,
      test: records[1]?.test,
    })
  })

  it.each([{ earlyStopping: {} }, { schedule: { type: 'plateau' } }] as const)(
    'held-out rows that decide something are measured after every epoch: %j',
    async (watching) => {
      const config = { ...tinyConfig, ...watching, epochs: 2, validation: 0.2 }
      const [often, once] = [await train(config, data), await train({ ...config, evaluate: 'end' }, data)]
      expect(once.history.map(({ train: score }) => score === null)).toEqual([true, false])
      expect(once.history.map(({ validation }) => validation)).toEqual(
        often.history.map(({ validation }) => validation),
      )
      expect(once.weightsSha256).toBe(often.weightsSha256)
    },
  )

  it('done has the confusion of the test images: rows are true classes, the diagonal gives recall and accuracy', async () => {
    const { confusion, recall, test, weightsSha256 } = await train({ ...tinyConfig, epochs: 1 }, data)
    // 31 test images: classes 0, 1, 2 in turn.
    expect(confusion?.map((row) => row.reduce((sum, count) => sum + count, 0))).toEqual([11, 10, 10])
    const right = confusion?.map((row, label) => row[label] ?? 0) ?? []
    expect(recall).toEqual(right.map((count, label) => count / ([11, 10, 10][label] ?? 1)))
    expect(test?.accuracy).toBe(right.reduce((sum, count) => sum + count, 0) / 31)
    expect(weightsSha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it.each(['epoch', 'end'] as const)(
    'only the parts asked for are scored, and the weights are the same (evaluate: %s)',
    async (evaluate) => {
      const config = { ...tinyConfig, validation: 0.2, evaluate }
      const whole = await train(config, data)
      for (const scoreOn of [['validation'], ['validation', 'train'], ['validation', 'test']] as const) {
        const some = await train({ ...config, scoreOn }, data)
        expect(some.weightsSha256).toBe(whole.weightsSha256)
        const parts: readonly string[] = scoreOn
        const only = (result: typeof whole.test, part: string) => (parts.includes(part) ? result : null)
        const history = whole.history.map((record) => ({
          ...record,
          train: only(record.train, 'train'),
          test: only(record.test, 'test'),
          seconds: expect.any(Number),
        }))
        expect(some.history).toEqual(history)
        expect([some.train, some.test, some.validation]).toEqual([
          only(whole.train, 'train'),
          only(whole.test, 'test'),
          whole.validation,
        ])
        expect(some.confusion).toEqual(parts.includes('test') ? whole.confusion : null)
        expect(some.recall).toEqual(parts.includes('test') ? whole.recall : null)
        expect(some.mistakes).toEqual(parts.includes('test') ? whole.mistakes : null)
      }
    },
  )

  it('the test images are measured with the weights that the training ends with', async () => {
    const hard = tinyDataset({ noise: 220 })
    const stopping = { ...tinyConfig, epochs: 30, validation: 0.2, earlyStopping: { patience: 2 } }
    const result = await train({ ...stopping, scoreOn: ['validation', 'test'] }, hard)
    expect(result.weightsEpoch).toBeLessThan(result.history.length)
    expect(result.test).toEqual(result.history[result.weightsEpoch - 1]?.test)
    const weights = { bytes: result.weights, name: 'weights.safetensors' }
    const { test, confusion } = await evaluate(stopping, weights, hard)
    expect({ test, confusion }).toEqual({ test: result.test, confusion: result.confusion })
  })

  it('reach `train`, which returns the result', async () => {
    const events: TrainingEvent[] = []
    const result = await train(tinyConfig, data, { onEvent: (event) => events.push(event) })
    expect(resultOf(events)).toBe(result)
    expect(events[0]?.type).toBe('start')
  })

  it('an interrupted `train` throws the reason of the signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(train(tinyConfig, data, { signal })).rejects.toThrow('enough')
  })
})

describe('training learns', () => {
  it('easy classes are told apart, and the loss falls', async () => {
    const config = { ...tinyConfig, epochs: 12 }
    const { history, test, train: trainScore } = await train(config, data)
    expect(test?.accuracy).toBe(1)
    expect(trainScore?.loss).toBeLessThan(0.1)
    expect(history.at(-1)?.loss).toBeLessThan((history[0]?.loss ?? 0) / 5)
  })

  it.each(['none', 'scale', 'standardize', 'standardize-pixel'] as const)(
    'with normalize: %s',
    async (normalize) => {
      const optimizer = { type: 'sgd', learningRate: normalize === 'none' ? 1e-4 : 0.1 } as const
      const { history } = await train({ ...tinyConfig, normalize, optimizer }, data)
      expect(history.at(-1)?.loss).toBeLessThan(history[0]?.loss ?? 0)
    },
  )

  it('the seed decides everything, and shuffling matters', async () => {
    const sha = async (changes: Partial<TrainingInput>) =>
      (await train({ ...tinyConfig, epochs: 1, ...changes }, data)).weightsSha256
    const first = await sha({})
    expect(await sha({})).toBe(first)
    expect(await sha({ seed: 2 })).not.toBe(first)
    expect(await sha({ shuffle: false })).not.toBe(first)
  })
})

describe.each(ENGINES)('the whole trainer on the $engine engine', ({ engine, steps }) => {
  const oracle = fixture('steps')
  const images = oracle.bytes('images')
  const labels = oracle.bytes('labels')
  const rows = { images, labels, count: 25 }
  const dataset: Dataset = {
    name: 'Fixture',
    synthetic: true,
    ...{ height: 3, width: 3, channels: 1 },
    classes: ['a', 'b', 'c'],
    train: rows,
    test: rows,
  }
  const dense = (units: number) => ({ type: 'dense', units }) as const
  const config = {
    model: {
      type: 'layers',
      layers: [
        ...[{ type: 'flatten' }, dense(8), { type: 'leakyRelu' }, dense(7), { type: 'tanh' }],
        ...[dense(5), { type: 'sigmoid' }, dense(4), { type: 'relu' }, dense(3)],
      ],
    },
    batchSize: 6,
    epochs: 2,
    shuffle: false,
    normalize: 'scale',
  } as const

  it.each([
    ['sgd', { learningRate: 0.5 }],
    ['momentum', { learningRate: 0.125, momentum: 0.875 }],
    ['nesterov', { learningRate: 0.125, momentum: 0.875, nesterov: true }],
  ])(`follows PyTorch to ${steps} over two epochs, with and without L2: %s`, async (name, settings) => {
    const names = Array.from({ length: 5 }, (_, i) => [`dense_${i + 1}.weight`, `dense_${i + 1}.bias`]).flat()
    const start = names.map((parameter) => ({ ...oracle.tensor(`start/${parameter}`), name: parameter }))
    const initFrom = { bytes: encodeSafetensors(start), name: 'start.safetensors' }
    for (const [l2, expected] of [
      [0, name],
      [2, `${name}+l2`],
    ] as const) {
      const optimizer = { type: 'sgd', ...settings } as const
      const result = await train({ ...config, optimizer, l2 }, dataset, { engine, initFrom })
      const weights = weightsOf(result)
      for (const parameter of names) {
        const wanted = oracle.data(`${expected}/${parameter}`)
        expect(disagreement(weights.get(parameter) ?? [], wanted), parameter).toBeLessThan(steps)
      }
      // The mean of the first epoch: each batch's mean loss, counted with its rows.
      const losses = [...oracle.data(`${expected}/losses`)].slice(0, 5)
      const mean = losses.reduce((sum, loss, i) => sum + loss * (i < 4 ? 6 : 1), 0) / 25
      expect(Math.abs((result.history[0]?.loss ?? 0) / mean - 1)).toBeLessThan(steps)
    }
  })
})

describe('L2', () => {
  it('one step by hand: the weight also falls by rate * lambda / N of itself, the bias does not', async () => {
    // Two images of one pixel, 0 and 0; one batch. x = 0, so the weights' gradient of the loss is 0.
    const dark = { images: Uint8Array.of(0, 0), labels: Uint8Array.of(0, 1), count: 2 }
    const one = { height: 1, width: 1, channels: 1 }
    const dataset: Dataset = {
      name: 'Dark',
      synthetic: true,
      ...one,
      classes: ['a', 'b'],
      train: dark,
      test: dark,
    }
    const tensor = (name: string, shape: number[], ...values: number[]) => ({
      name,
      shape,
      data: Float64Array.from(values),
    })
    const start = encodeSafetensors([
      tensor('dense_1.weight', [1, 2], 1, -3),
      tensor('dense_1.bias', [2], 0, 0),
    ])
    const config: TrainingInput = {
      model: { type: 'mlp', hidden: [] },
      optimizer: { type: 'sgd', learningRate: 0.5 },
      ...{ batchSize: 2, epochs: 1, l2: 0.25, normalize: 'scale' },
    }
    const result = await train(config, dataset, {
      engine: 'reference',
      initFrom: { bytes: start, name: 'start.safetensors' },
    })
    const weights = weightsOf(result)
    // w - 0.5 * (0.25 / 2) * w = 0.9375 w
    expect(weights.get('dense_1.weight')).toEqual([0.9375, -2.8125])
    // Both classes once: the gradients of the biases, (1/2 - 1 + 1/2) / 2, cancel.
    expect(weights.get('dense_1.bias')).toEqual([0, 0])
    // The reported loss is cross-entropy alone.
    expect(result.train?.loss).toBeCloseTo(Math.LN2, 12)
  })
})

describe('engines', () => {
  it('reference and simd agree to 1e-4 after an epoch', async () => {
    const config = { ...tinyConfig, epochs: 1 }
    const [reference, simd] = [
      await train(config, data, { engine: 'reference' }),
      await train(config, data, { engine: 'simd' }),
    ]
    const wanted = weightsOf(reference)
    expect([...wanted.keys()]).toHaveLength(8)
    for (const [name, values] of weightsOf(simd)) {
      expect(disagreement(values, wanted.get(name) ?? []), name).toBeLessThan(1e-4)
    }
    expect(simd.test?.loss).toBeCloseTo(reference.test?.loss ?? Number.NaN, 4)
    expect(simd.confusion).toEqual(reference.confusion)
  })
})

describe('evaluate', () => {
  it('gives saved weights the scores that they had at the end of the training', async () => {
    const hard = tinyDataset({ noise: 220 })
    const result = await train({ ...tinyConfig, validation: 0.2 }, hard)
    expect(result.test?.accuracy).toBeLessThan(1)
    const weights = { bytes: result.weights, name: 'weights.safetensors' }
    const again = await evaluate({ ...tinyConfig, validation: 0.2 }, weights, hard)
    expect(again).toEqual({
      checkpoint: null,
      train: result.train,
      test: result.test,
      confusion: result.confusion,
      recall: result.recall,
      mistakes: result.mistakes,
      weightsSha256: result.weightsSha256,
    })
  })

  it('takes the preprocessing from the file, not from the data', async () => {
    const result = await train(tinyConfig, data)
    const weights = { bytes: result.weights, name: 'weights.safetensors' }
    // Other training images would give other means.
    const other: Dataset = { ...data, train: tinyDataset({ seed: 9 }).train }
    const { test } = await evaluate(tinyConfig, weights, other)
    expect(test).toEqual(result.test)
  })
})

describe('what cannot be trained', () => {
  it.each<[string, Partial<TrainingInput>, new (...args: never[]) => Error, string | RegExp]>([
    [
      'a batch larger than the data',
      { batchSize: 71 },
      ConfigError,
      /^batchSize: 71 is larger than the 70 training rows\. Use at most 70\.$/,
    ],
    [
      'a batch larger than what validation leaves',
      { batchSize: 60, validation: 0.2 },
      ConfigError,
      /60 is larger than the 56/,
    ],
    [
      'a limit beyond the data',
      { limit: 71 },
      ConfigError,
      /^limit: 71 is more than the 70 training examples/,
    ],
    ['validation that takes no row', { validation: 0.001 }, ConfigError, /^validation: /],
    [
      'layers without flatten',
      { model: { type: 'layers', layers: [{ type: 'dense', units: 3 }] } },
      ShapeError,
      /^layer "dense_1": got an input of 5 x 5 x 1, wants a flat row of numbers \(put flatten in front\)\./,
    ],
    [
      'too few logits',
      { model: { type: 'layers', layers: [{ type: 'flatten' }, { type: 'dense', units: 2 }] } },
      ShapeError,
      'layer "dense_1": gives 2 outputs, but the dataset has 3 classes. End the model with a dense layer of 3 units.',
    ],
    [
      'an image for logits',
      { model: { type: 'layers', layers: [{ type: 'relu' }] } },
      ShapeError,
      /^layer "relu_1": gives 5 x 5 x 1 outputs, but the dataset has 3 classes\./,
    ],
  ])('%s', async (_name, changes, kind, message) => {
    const attempt = train({ ...tinyConfig, ...changes }, data)
    await expect(attempt).rejects.toThrow(kind)
    await expect(attempt).rejects.toThrow(message)
  })

  it.each<[string, Partial<Dataset>, RegExp]>([
    [
      'too few bytes',
      { train: { ...data.train, images: new Uint8Array(7) } },
      /^Lines, training part: has 7 pixel bytes, but 70 images of 25 make 1750/,
    ],
    [
      'a label out of range',
      { classes: ['row', 'column'] },
      /^Lines, training part: label out of range: row 2 has label 2, but with 2 classes/,
    ],
    [
      'no test images',
      { test: { images: new Uint8Array(0), labels: new Uint8Array(0), count: 0 } },
      /^Lines, test part: has 0 rows/,
    ],
  ])('a dataset made by hand with %s', async (_name, changes, message) => {
    const attempt = train(tinyConfig, { ...data, ...changes })
    await expect(attempt).rejects.toThrow(DataError)
    await expect(attempt).rejects.toThrow(message)
  })

  it.each([0, -1, 1.5, Number.NaN, 1000])('%d threads', async (threads) => {
    const attempt = train(tinyConfig, data, { threads })
    await expect(attempt).rejects.toThrow(ConfigError)
    await expect(attempt).rejects.toThrow(/^threads: .* whole number from 1 to 256/)
  })
})

describe('divergence', () => {
  // float64 has room for much larger numbers.
  it.each([
    ['simd', 1e6, /\(learning rate 1000000\)\. Try a learning rate of 100000\b/],
    ['reference', 1e200, /\(learning rate 1e\+200\)\. Try a learning rate of 1e\+199\b/],
  ] as const)(
    'names the step, the epoch and the learning rate (%s)',
    async (engine, learningRate, advice) => {
      const config = { ...tinyConfig, optimizer: { type: 'sgd', learningRate }, epochs: 50 } as const
      const attempt = train(config, data, { engine })
      await expect(attempt).rejects.toThrow(DivergenceError)
      await expect(attempt).rejects.toThrow(/^step \d+, epoch \d+: the loss is no longer a finite number/)
      await expect(attempt).rejects.toThrow(advice)
    },
  )
})
