import { expect, it } from 'vitest'
import { kFold } from '../../../src/data/folds.ts'
import { eventsOf, resultOf, tinyConfig, tinyDataset } from '../../train/tiny.ts'

it('nothing of the validation rows of a fold reaches the weights, not even through the preprocessing', async () => {
  const dataset = tinyDataset()
  const { count, labels, images } = dataset.train
  const rows = Uint32Array.from({ length: count }, (_, row) => row)
  const [fold] = kFold(labels, rows, { k: 5, kind: 'stratified', seed: 1 })
  if (fold === undefined) throw new Error('no fold')
  const size = images.length / count
  const changed = (which: Uint32Array) => {
    const bytes = images.slice()
    for (const row of which) bytes.fill(255, row * size, (row + 1) * size)
    return { ...dataset, train: { ...dataset.train, images: bytes } }
  }
  const weightsOf = async (data: typeof dataset) =>
    resultOf(await eventsOf(tinyConfig, data, { rows: fold })).weightsSha256
  const weights = await weightsOf(dataset)
  expect(await weightsOf(changed(fold.validation))).toBe(weights)
  // The same change to a training row is seen.
  expect(await weightsOf(changed(fold.train.slice(0, 1)))).not.toBe(weights)
})
