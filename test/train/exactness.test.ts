import { describe, expect, it } from 'vitest'
import type { TrainingInput } from '../../src/train/config.ts'
import { evaluate } from '../../src/train/evaluate.ts'
import { train } from '../../src/train/train.ts'
import { blasMissing } from '../engines.ts'
import { eventsOf, interrupt, interruptOrFinish, resultOf, tinyConfig, tinyDataset } from './tiny.ts'

const bright = tinyDataset({ noise: 150 })
const dark = tinyDataset({ noise: 150, zeros: 0.6 })

const variants: Readonly<Record<string, TrainingInput>> = {
  sgd: tinyConfig,
  'sparse input': {
    ...tinyConfig,
    model: {
      type: 'layers',
      layers: [
        { type: 'flatten' },
        { type: 'dense', units: 33 },
        { type: 'relu' },
        { type: 'dropout', rate: 0.25 },
        { type: 'dense', units: 3 },
      ],
    },
    augment: { flip: true, shift: 1 },
  },
  momentum: { ...tinyConfig, optimizer: { type: 'sgd', learningRate: 0.05, momentum: 0.9, nesterov: true } },
  'L2, validation, tanh': {
    ...tinyConfig,
    model: { type: 'mlp', hidden: [33, 9], activation: 'tanh' },
    l2: 0.5,
    validation: 0.2,
  },
  'no hidden layer': { ...tinyConfig, model: { type: 'mlp', hidden: [] } },
  'one row a batch': { ...tinyConfig, batchSize: 1, epochs: 1 },
  'one batch': { ...tinyConfig, batchSize: 70 },
}

const dataOf = (name: string) => (name === 'sparse input' ? dark : bright)

it('one of them has a sparse input', async () => {
  for (const [name, config] of Object.entries(variants)) {
    const [start] = await eventsOf({ ...config, epochs: 1 }, dataOf(name))
    expect(start?.type === 'start' && start.summary.includes('(sparse)')).toBe(name === 'sparse input')
  }
})

// Times are the only thing that may differ.
const timeless = (result: Awaited<ReturnType<typeof train>>) => ({
  ...result,
  history: result.history.map((record) => ({ ...record, seconds: 0 })),
})

it.skipIf(blasMissing !== undefined).each(Object.entries(variants))(
  'the engine blas repeats itself with as many threads, and follows simd: %s',
  async (name, config) => {
    const data = dataOf(name)
    const simd = (await train(config, data)).train?.loss ?? Number.NaN
    for (const threads of [1, 3]) {
      const first = await train(config, data, { engine: 'blas', threads })
      const second = await train(config, data, { engine: 'blas', threads })
      expect(timeless(second)).toEqual(timeless(first))
      expect(first.train?.loss).toBeCloseTo(simd, 4)
    }
  },
)

describe.each(Object.entries(variants))('the same bits: %s', (name, config) => {
  const data = dataOf(name)

  it('for 1, 2 and 5 threads, with a smaller last batch', async () => {
    const alone = timeless(await train(config, data, { threads: 1 }))
    for (const threads of [2, 5]) {
      const together = await train(config, data, { threads })
      expect(together.weightsSha256, `${threads} threads`).toBe(alone.weightsSha256)
      expect(timeless(together)).toEqual(alone)
    }
  })

  it('with and without events that are looked at, and evaluation in between', async () => {
    const often = await train({ ...config, evaluate: 'epoch' }, data)
    const once = await train({ ...config, evaluate: 'end' }, data)
    expect(once.weightsSha256).toBe(often.weightsSha256)
    expect(once.test).toEqual(often.test)
  })
})

describe.each(Object.entries(variants).slice(0, 4))(
  'resumed training ends with the same bits: %s',
  (name, config) => {
    const data = dataOf(name)
    const whole = train(config, data)

    it('after an interruption in mid-epoch, from a checkpoint that is a file', async () => {
      const checkpoint = await interrupt(
        config,
        data,
        (event) => event.type === 'progress' && event.epoch === 2,
      )
      expect(checkpoint.epoch).toBe(2)
      expect(checkpoint.step).toBeGreaterThan(0)
      const resumed = await eventsOf(config, data, { resume: checkpoint })
      expect(resumed[0]).toMatchObject({ resumedEpoch: 1, resumedStep: checkpoint.step })
      expect(timeless(resultOf(resumed))).toEqual(timeless(await whole))
    })

    it('after an interruption at the end of an epoch', async () => {
      const checkpoint = await interrupt(
        config,
        data,
        (event) => event.type === 'epoch' && event.record.epoch === 3,
      )
      const resumed = await eventsOf(config, data, { resume: checkpoint })
      expect(resumed[0]).toMatchObject({ resumedEpoch: 3, resumedStep: 0 })
      expect(timeless(resultOf(resumed))).toEqual(timeless(await whole))
    })

    it('from every epoch of a run that was not interrupted, and with other threads', async () => {
      const checkpoints: Uint8Array<ArrayBuffer>[] = []
      await train(config, data, {
        onEvent: (event) => {
          if (event.type === 'epoch') checkpoints.push(event.checkpoint())
        },
      })
      expect(checkpoints).toHaveLength(4)
      for (const [i, bytes] of checkpoints.entries()) {
        const resume = { bytes, name: 'checkpoint.safetensors' }
        const resumed = await train(config, data, { resume, threads: 1 + (i % 3) })
        expect(timeless(resumed)).toEqual(timeless(await whole))
      }
    })

    it('when killed again and again, after every step', async () => {
      let left = await interruptOrFinish(config, data, () => true)
      let interruptions = 0
      while ('bytes' in left) {
        interruptions++
        left = await interruptOrFinish(config, data, () => true, { resume: left })
      }
      expect(timeless(left)).toEqual(timeless(await whole))
      expect(interruptions).toBeGreaterThanOrEqual(10)
    })

    it('when more epochs are asked for than at first', async () => {
      const checkpoint = await interrupt(
        { ...config, epochs: 3 },
        data,
        (event) => event.type === 'epoch' && event.record.epoch === 2,
      )
      expect(timeless(await train(config, data, { resume: checkpoint }))).toEqual(timeless(await whole))
    })
  },
)

it('evaluation is the same for any number of threads', async () => {
  for (const [name, config] of Object.entries(variants).slice(0, 2)) {
    const result = await train({ ...config, epochs: 1 }, dataOf(name))
    const weights = { bytes: result.weights, name: 'weights.safetensors' }
    const alone = await evaluate(config, weights, dataOf(name))
    expect(alone.test).toEqual(result.test)
    expect(await evaluate(config, weights, dataOf(name), { threads: 3 })).toEqual(alone)
  }
})

it('a finished training that is resumed has nothing to do and gives the same result', async () => {
  const bytes: Uint8Array<ArrayBuffer>[] = []
  const result = await train(tinyConfig, bright, {
    onEvent: (event) => {
      if (event.type === 'epoch') bytes.push(event.checkpoint())
    },
  })
  const resume = { bytes: bytes.at(-1) ?? new Uint8Array(), name: 'checkpoint.safetensors' }
  const events = await eventsOf(tinyConfig, bright, { resume })
  expect(events.map(({ type }) => type)).toEqual(['start', 'done'])
  expect(timeless(resultOf(events))).toEqual(timeless(result))
})
