import { describe, expect, it } from 'vitest'
import type { Examples } from '../../src/data/dataset.ts'
import { fitPreprocessing, type Normalization, normalizations } from '../../src/data/preprocess.ts'
import { dense } from '../../src/nn/dense.ts'
import { dropout } from '../../src/nn/dropout.ts'
import { flatten } from '../../src/nn/flatten.ts'
import type { TrainingInput } from '../../src/train/config.ts'
import { inputWork, shareOfZeroPairs, wantsSparseInput } from '../../src/train/sparseInput.ts'
import { train } from '../../src/train/train.ts'
import { eventsOf, tinyConfig, tinyDataset } from './tiny.ts'

const all = (count: number) => Uint32Array.from({ length: count }, (_, i) => i)

/** Two images of 1 x 4: the first pixel is never 0, the second always, the others half of the time. */
const four: Examples = {
  images: Uint8Array.from([9, 0, 0, 0, 9, 0, 5, 5]),
  labels: Uint8Array.from([0, 1]),
  count: 2,
}

describe('the share of zeros', () => {
  it('by hand: 1 of 4 pairs along the rows, and (0 + 1 + 1/4 + 1/4) / 4 down the columns', () => {
    expect(shareOfZeroPairs(four, 4, all(2))).toBe((1 / 4 + 1.5 / 4) / 2)
  })

  it('is that of the training rows alone', () => {
    expect(shareOfZeroPairs(four, 4, Uint32Array.from([1]))).toBe((0 + 1 / 4) / 2)
  })

  it('is 1 where all is 0, 0 where nothing is, also for more rows than are looked at', () => {
    const blank = (value: number) => ({
      images: new Uint8Array(9000).fill(value),
      labels: new Uint8Array(3000),
      count: 3000,
    })
    expect(shareOfZeroPairs(blank(0), 3, all(3000))).toBe(1)
    expect(shareOfZeroPairs(blank(1), 3, all(3000))).toBe(0)
  })
})

describe('the work of an input', () => {
  it('by hand: the first pair always has a pixel, the second in one of two images; an eighth for its list', () => {
    expect(inputWork(four, 4, all(2))).toEqual([1.125, 1.125, 0.625, 0.625])
  })

  it('and the last of an odd number is as if it were never 0', () => {
    expect(inputWork({ images: new Uint8Array(3), labels: new Uint8Array(1), count: 1 }, 3, all(1))).toEqual([
      0.125, 0.125, 1.125,
    ])
  })
})

describe('a sparse input is wanted', () => {
  const dark = tinyDataset({ zeros: 0.8, noise: 150 })
  const question = (kind: Normalization = 'standardize', examples = dark.train) => ({
    engine: 'simd' as const,
    layers: [flatten(), dense(32), dense(3)],
    preprocessing: fitPreprocessing(kind, examples, 25),
    examples,
    rows: all(70),
  })

  it('where many pixels are 0, for any normalisation', () => {
    for (const kind of normalizations) expect(wantsSparseInput(question(kind)), kind).toBe(true)
  })

  it('not where few are', () => {
    expect(wantsSparseInput(question('standardize', tinyDataset({ zeros: 0.2 }).train))).toBe(false)
  })

  it('not on the reference engine, nor for a narrow layer, nor where another layer comes first', () => {
    expect(wantsSparseInput({ ...question(), engine: 'reference' })).toBe(false)
    expect(wantsSparseInput({ ...question(), layers: [flatten(), dense(31), dense(32)] })).toBe(false)
    expect(wantsSparseInput({ ...question(), layers: [flatten(), dropout(0.5), dense(32)] })).toBe(false)
  })

  it('not where a mean is many deviations from 0', () => {
    // The middle of the images is always about as bright.
    const { images } = dark.train
    const even = images.map((pixel, i) => (i % 25 === 12 ? 200 + (pixel % 8) : pixel))
    const examples = { ...dark.train, images: even }
    expect(wantsSparseInput(question('standardize', examples))).toBe(true)
    expect(wantsSparseInput(question('standardize-pixel', examples))).toBe(false)
  })

  it('and the summary says so', async () => {
    const config = { ...tinyConfig, model: { type: 'mlp', hidden: [32] }, epochs: 1 } as const
    const [start] = await eventsOf(config, dark)
    expect(start?.type === 'start' && start.summary).toContain('input (sparse)       5 x 5 x 1')
    const [plain] = await eventsOf(tinyConfig, dark)
    expect(plain?.type === 'start' && plain.summary).toContain('input                5 x 5 x 1')
  })
})

describe('a training with a sparse input follows the reference engine to 1e-4', () => {
  const data = tinyDataset({ zeros: 0.8, noise: 150 })
  const layers = (units: number) =>
    [{ type: 'flatten' }, { type: 'dense', units }, { type: 'tanh' }, { type: 'dense', units: 3 }] as const
  const configs: Readonly<Record<string, TrainingInput>> = {
    ...Object.fromEntries(
      normalizations.map((normalize) => [
        normalize,
        // Pixels up to 255 need a smaller step.
        {
          ...tinyConfig,
          normalize,
          optimizer: { type: 'sgd', learningRate: normalize === 'none' ? 1e-5 : 0.1 },
        },
      ]),
    ),
    'shifted and mirrored images': { ...tinyConfig, augment: { flip: true, shift: 2 } },
    'one row a batch': { ...tinyConfig, batchSize: 1, epochs: 1 },
  }

  it.each(Object.entries(configs))('%s', async (_name, config) => {
    for (const units of [32, 33, 65]) {
      const model = { type: 'layers', layers: layers(units) } as const
      const simd = await train({ ...config, model }, data)
      const reference = await train({ ...config, model }, data, { engine: 'reference' })
      const [ours, theirs] = [simd, reference].map(({ history }) => history.map(({ loss }) => loss))
      for (const [i, loss] of (theirs ?? []).entries())
        expect(Math.abs((ours?.[i] ?? 0) / loss - 1)).toBeLessThan(1e-4)
    }
  })
})
