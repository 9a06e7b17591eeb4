import { expect, it } from 'vitest'
import type { TrainingInput } from '../../src/train/config.ts'
import { microBatchRows } from '../../src/train/microBatchRows.ts'
import { train } from '../../src/train/train.ts'
import { lineImages } from './images.ts'

const image = (filters: number) => ({ outputShape: [10, 10, filters] })

it('lets as many rows be in work as give 1.5 million values, in fours', () => {
  // 1,500,000 / (10 x 10 x (80 + 20)) = 150
  expect(microBatchRows([image(80), image(20), { outputShape: [5000] }])).toBe(148)
  expect(microBatchRows([image(100_000)])).toBe(4)
})

it('takes all rows where none is an image, and where a layer looks at the whole batch', () => {
  expect(microBatchRows([{ outputShape: [1_000_000] }])).toBe(Number.POSITIVE_INFINITY)
  expect(microBatchRows([image(80), { ...image(80), prepareForward: () => {} }])).toBe(
    Number.POSITIVE_INFINITY,
  )
})

it('gives the same bits whether the rows of a thread are taken at once or in pieces', async () => {
  const filters = 330
  const config = {
    model: {
      type: 'layers',
      layers: [
        { type: 'conv2d', filters, kernelSize: 1 },
        { type: 'relu' },
        { type: 'maxPool2d', size: 3 },
        { type: 'flatten' },
        { type: 'dropout', rate: 0.25 },
        { type: 'dense', units: 3 },
      ],
    },
    optimizer: { type: 'adam', learningRate: 0.01 },
    ...{ batchSize: 40, epochs: 2 },
  } as const satisfies TrainingInput
  // One thread takes 12, 12, 12 and 4 of the 40 rows; four threads have 12 or 8 each, and take them at once.
  const [activations, pools] = [2 * 12 * 12 * filters, 4 * 4 * filters]
  expect(Math.floor(1_500_000 / (activations + pools))).toBe(14)
  const alone = await train(config, lineImages())
  const together = await train(config, lineImages(), { threads: 4 })
  expect(together.weightsSha256).toBe(alone.weightsSha256)
})
