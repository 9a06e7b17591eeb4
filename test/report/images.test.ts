import { expect, it } from 'vitest'
import { syntheticFashion } from '../../src/data/synthetic/syntheticFashion.ts'
import { imagesOf } from '../../src/report/images.ts'
import { sampleResults } from './sampleResults.ts'

it('gives ten images of each class, and the misclassified test images that the data has', async () => {
  const data = syntheticFashion({ train: 200, test: 50 })
  const results = await sampleResults('complete')
  const { samples, test } = imagesOf(data, results)
  expect(samples.map(({ label, images }) => [label, images.length])).toEqual(
    data.classes.map((name) => [name, 10]),
  )
  const named = results.experiments.flatMap(({ models }) =>
    models.flatMap(({ misclassified }) => misclassified),
  )
  expect([...test.keys()].sort()).toEqual(
    [...new Set(named.map(({ index }) => index).filter((i) => i < 50))].sort(),
  )
  for (const [index, image] of test)
    expect(image).toEqual(data.test.images.subarray(index * 784, (index + 1) * 784))
  expect(test.size).toBeGreaterThan(0)
})
