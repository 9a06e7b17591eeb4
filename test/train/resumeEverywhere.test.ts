import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { TrainingInput } from '../../src/train/config.ts'
import type { EpochRecord, TrainingEvent, TrainingResult } from '../../src/train/events.ts'
import { type NamedBytes, trainEvents } from '../../src/train/train.ts'
import { tinyConfig, tinyDataset } from './tiny.ts'

let time = 0
// A clock that goes on by a second with every look: a progress event then follows every step.
vi.mock('../../src/base/clock.ts', async (original) => ({
  ...(await original<object>()),
  seconds: () => ++time,
}))
beforeEach(() => {
  time = 0
})

const configs: Readonly<Record<string, TrainingInput>> = {
  plain: { ...tinyConfig, epochs: 2 },
  'the last batch left out': { ...tinyConfig, epochs: 2, dropLast: true },
  'one step an epoch': { ...tinyConfig, batchSize: 70, epochs: 2 },
  'one epoch of one step': { ...tinyConfig, batchSize: 70, epochs: 1 },
  'evaluated at the end': { ...tinyConfig, epochs: 2, evaluate: 'end' },
  'validation, adam': { ...tinyConfig, epochs: 2, validation: 0.2, optimizer: { type: 'adam' } },
  'early stopping': {
    ...tinyConfig,
    epochs: 9,
    batchSize: 25,
    validation: 0.2,
    optimizer: { type: 'sgd', learningRate: 0.5, momentum: 0.9 },
    earlyStopping: { monitor: 'accuracy', patience: 2 },
  },
  'a schedule by epochs': {
    ...tinyConfig,
    epochs: 3,
    batchSize: 25,
    schedule: { type: 'step', every: 1, factor: 0.5, warmupSteps: 2 },
  },
  'a schedule by steps': { ...tinyConfig, epochs: 2, batchSize: 25, schedule: { type: 'oneCycle' } },
  'a plateau': {
    ...tinyConfig,
    epochs: 4,
    batchSize: 25,
    validation: 0.2,
    evaluate: 'end',
    optimizer: { type: 'sgd', learningRate: 2 },
    schedule: { type: 'plateau', patience: 0, factor: 0.5 },
  },
  'batch norm, dropout, augmentation': {
    ...tinyConfig,
    epochs: 2,
    batchSize: 25,
    model: {
      type: 'layers',
      layers: [
        { type: 'flatten' },
        { type: 'dense', units: 8 },
        { type: 'batchNorm' },
        { type: 'relu' },
        { type: 'dropout', rate: 0.3 },
        { type: 'dense', units: 3 },
      ],
    },
    augment: { flip: true, shift: 1 },
    clipNorm: 1,
  },
}

interface Point {
  /** The event that offered it: "progress 1/3", "epoch 2", "interrupted 1/5". */
  readonly at: string
  /** Epochs that are complete. */
  readonly epochs: number
  readonly checkpoint: NamedBytes
}

interface Walk {
  /** What was told of each complete epoch (its record, without times; an improvement; a stop), as text. */
  readonly told: readonly { readonly epoch: number; readonly text: string }[]
  readonly points: readonly Point[]
  readonly names: readonly string[]
  /** Undefined when interrupted. */
  readonly result: string | undefined
}

/** Trains to the end, or until the signal comes after an event, and takes a checkpoint wherever one is offered. */
async function walk(
  input: TrainingInput,
  options: { readonly resume?: NamedBytes; readonly stopAfter?: number } = {},
): Promise<Walk> {
  const { resume, stopAfter } = options
  const controller = new AbortController()
  const told: { epoch: number; text: string }[] = []
  const points: Point[] = []
  const names: string[] = []
  let result: string | undefined
  let epochs = 0
  const { signal } = controller
  const training = trainEvents(input, data, { signal, ...(resume === undefined ? {} : { resume }) })
  for await (const event of training) {
    const at = nameOf(event)
    names.push(at)
    if (event.type === 'start') epochs = event.resumedEpoch
    if (event.type === 'epoch') epochs = event.record.epoch
    if (event.type === 'epoch') told.push({ epoch: epochs, text: JSON.stringify(timeless(event.record)) })
    if (event.type === 'stopped') told.push({ epoch: epochs + 1, text: JSON.stringify(event) })
    if (event.type === 'improved')
      told.push({ epoch: epochs, text: `${JSON.stringify(event)} ${hex(event.weights())}` })
    if ('checkpoint' in event)
      points.push({ at, epochs, checkpoint: { bytes: event.checkpoint(), name: at } })
    if (event.type === 'done') result = outcome(event.result)
    if (names.length === stopAfter) controller.abort()
  }
  return { told, points, names, result }
}

function nameOf(event: TrainingEvent): string {
  if (event.type === 'epoch') return `epoch ${event.record.epoch}`
  return 'step' in event ? `${event.type} ${event.epoch}/${event.step}` : event.type
}

const data = tinyDataset({ noise: 200 })
const timeless = (record: EpochRecord): EpochRecord => ({ ...record, seconds: 0 })
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function outcome(result: TrainingResult): string {
  return JSON.stringify({ ...result, history: result.history.map(timeless), weights: hex(result.weights) })
}

/** A training that goes on from a checkpoint tells what is left to tell, and ends as one that was never stopped. */
function expectRest(rest: Walk, { at, epochs }: Point, whole: Walk): void {
  expect(rest.result, at).toBe(whole.result)
  expect(rest.told, at).toEqual(whole.told.filter(({ epoch }) => epoch > epochs))
}

describe.each(Object.entries(configs))('a checkpoint of a training with %s', (name, config) => {
  it('goes on with equal bits, whichever event offered it', async () => {
    const whole = await walk(config)
    expect(whole.result).toBeDefined()
    if (name === 'early stopping') expect(whole.names).toContain('stopped')
    for (const point of whole.points) {
      expectRest(await walk(config, { resume: point.checkpoint }), point, whole)
    }
  })

  it('goes on with equal bits, wherever the training was interrupted', async () => {
    const whole = await walk(config)
    for (let stopAfter = 1; stopAfter < whole.names.length; stopAfter++) {
      const stopped = await walk(config, { stopAfter })
      // After the last epoch there is nothing to interrupt.
      if (stopped.result !== undefined) {
        expect(stopped.result).toBe(whole.result)
        continue
      }
      const point = stopped.points.at(-1)
      if (point === undefined) throw new Error(`no checkpoint after ${whole.names[stopAfter - 1]}`)
      expect(point.at).toMatch(/^interrupted/)
      expectRest(await walk(config, { resume: point.checkpoint }), point, whole)
    }
  })

  it('goes on with equal bits, when every training takes one step', async () => {
    const whole = await walk(config)
    let resume: NamedBytes | undefined
    const seen: string[] = []
    for (;;) {
      // The first checkpoint that a training offers is what the next one goes on from.
      const stopped = await walk(config, resume === undefined ? {} : { resume })
      expect(stopped.result).toBe(whole.result)
      const [point] = stopped.points
      if (point === undefined) break
      seen.push(point.at)
      expect(seen.length).toBeLessThan(200)
      resume = point.checkpoint
    }
    expect(seen).toEqual(expect.arrayContaining([expect.stringMatching(/^progress/)]))
  })
})
