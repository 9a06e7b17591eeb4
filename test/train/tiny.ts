import { Random } from '../../src/base/random.ts'
import { createDataset, type Dataset, type Examples } from '../../src/data/dataset.ts'
import type { TrainingInput } from '../../src/train/config.ts'
import type { TrainingEvent, TrainingResult } from '../../src/train/events.ts'
import { type TrainOptions, trainEvents } from '../../src/train/train.ts'

/** Images of 5 x 5 in three classes: a bright row, a bright column or a bright diagonal, in noise. */
function examples(count: number, seed: number, noise: number, zeros: number): Examples {
  const random = new Random(seed, 'tiny images')
  const images = new Uint8Array(count * 25)
  const labels = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    const label = i % 3
    labels[i] = label
    for (let p = 0; p < 25; p++) {
      const [row, column] = [Math.floor(p / 5), p % 5]
      const bright = [row === 2, column === 2, row === column][label] ?? false
      const dark = !bright && random.uniform(i * 25 + p) < zeros
      images[i * 25 + p] = dark ? 0 : (bright ? 200 : 20) + random.integer(i * 25 + p, noise)
    }
  }
  return { images, labels, count }
}

/**
 * 70 training and 31 test images. With noise 55 the classes are easy to tell apart. `zeros`: share of the pixels beside
 * the lines that are 0.
 */
export function tinyDataset(
  changes: { seed?: number; noise?: number; name?: string; zeros?: number } = {},
): Dataset {
  const { seed = 1, noise = 55, name = 'Lines', zeros = 0 } = changes
  return createDataset({
    name,
    synthetic: true,
    ...{ height: 5, width: 5, channels: 1 },
    classes: ['row', 'column', 'diagonal'],
    train: examples(70, seed, noise, zeros),
    test: examples(31, seed + 1000, noise, zeros),
  })
}

/** 4 epochs of 5 batches: four of 16 rows and one of 6. */
export const tinyConfig = {
  model: { type: 'mlp', hidden: [9, 6], activation: 'relu' },
  optimizer: { type: 'sgd', learningRate: 0.1 },
  batchSize: 16,
  epochs: 4,
} as const satisfies TrainingInput

/** All events of a training that runs to its end or its interruption. */
export async function eventsOf(
  input: TrainingInput,
  dataset: Dataset,
  options: TrainOptions = {},
): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = []
  for await (const event of trainEvents(input, dataset, options)) events.push(event)
  return events
}

export function resultOf(events: readonly TrainingEvent[]): TrainingResult {
  const last = events.at(-1)
  if (last?.type !== 'done') throw new Error(`The training ended with "${last?.type}".`)
  return last.result
}

export interface Interruption {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly name: string
  readonly epoch: number
  readonly step: number
}

/**
 * Trains until `enough` says so, interrupts it, and returns the checkpoint that it leaves, or the result of a training that
 * ended first.
 */
export async function interruptOrFinish(
  input: TrainingInput,
  dataset: Dataset,
  enough: (event: TrainingEvent) => boolean,
  options: TrainOptions = {},
): Promise<Interruption | TrainingResult> {
  const controller = new AbortController()
  for await (const event of trainEvents(input, dataset, { ...options, signal: controller.signal })) {
    if (enough(event)) controller.abort()
    if (event.type === 'interrupted') {
      const { epoch, step } = event
      return { bytes: event.checkpoint(), name: 'checkpoint.safetensors', epoch, step }
    }
    if (event.type === 'done') return event.result
  }
  throw new Error('The training ended without an event.')
}

/** As {@link interruptOrFinish}, of a training that does not end first. */
export async function interrupt(...of: Parameters<typeof interruptOrFinish>): Promise<Interruption> {
  const left = await interruptOrFinish(...of)
  if ('bytes' in left) return left
  throw new Error('The training was not interrupted.')
}
