import { Random } from '../../src/base/random.ts'
import { createDataset, type Dataset, type Examples } from '../../src/data/dataset.ts'
import type { TrainingInput } from '../../src/train/config.ts'
import type { TrainingResult } from '../../src/train/events.ts'

const SIDE = 12

/** Images of 12 x 12 in three classes: a bright row, column or diagonal somewhere, in noise. */
function examples(count: number, seed: number, noise: number): Examples {
  const random = new Random(seed, 'images of lines')
  const images = new Uint8Array(count * SIDE * SIDE)
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 3)
  for (let i = 0; i < count; i++) {
    const place = random.integer(i, SIDE)
    for (let p = 0; p < SIDE * SIDE; p++) {
      const [row, column] = [Math.floor(p / SIDE), p % SIDE]
      const bright = [row === place, column === place, (row + place) % SIDE === column][i % 3] ?? false
      images[(i * SIDE + row) * SIDE + column] =
        (bright ? 120 : 0) + random.integer(count + i * SIDE * SIDE + p, noise)
    }
  }
  return { images, labels, count }
}

/** 50 training and 20 test images. With a noise of 40 the classes are easy to tell apart. */
export function lineImages(noise = 135): Dataset {
  return createDataset({
    ...{ name: 'Lines', synthetic: true, height: SIDE, width: SIDE, channels: 1 },
    classes: ['row', 'column', 'diagonal'],
    train: examples(50, 1, noise),
    test: examples(20, 2, noise),
  })
}

/** The paper's network made small, 40 training rows in batches of 16, 16 and 8, 10 validation rows. */
export const cnnConfig = {
  model: { type: 'cnn', filters: 3, units: 9 },
  optimizer: { type: 'adam', learningRate: 0.01 },
  batchSize: 16,
  epochs: 4,
  validation: 0.2,
} as const satisfies TrainingInput

/** A result without what may differ from run to run: the times. */
export const timeless = (result: TrainingResult): TrainingResult => ({
  ...result,
  history: result.history.map((record) => ({ ...record, seconds: 0 })),
})
