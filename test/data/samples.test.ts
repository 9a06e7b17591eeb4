import { expect, test } from 'vitest'
import { ConfigError } from '../../src/base/errors.ts'
import { sampleGrid } from '../../src/data/samples.ts'

// Ten images of one pixel; the pixel is the row's number, the classes alternate, class 2 has a single image.
const examples = {
  images: Uint8Array.from({ length: 10 }, (_, row) => row),
  labels: Uint8Array.from([0, 1, 0, 1, 0, 1, 2, 1, 0, 1]),
  count: 10,
}
const size = { height: 1, width: 1, channels: 1 }
const names = ['a', 'b', 'c', 'none']
const rows = (perClass: number, seed?: number) =>
  sampleGrid(examples, size, names, perClass, seed).map(({ images }) => images.map((image) => image[0]))

test('the first images of each class, fewer where there are fewer', () => {
  expect(rows(2)).toEqual([[0, 2], [1, 3], [6], []])
  expect(sampleGrid(examples, size, names, 1).map(({ label }) => label)).toEqual(names)
})

test('a seed draws others, always of the right class, and the same ones again', () => {
  const draws = [1, 2, 3, 4, 5].map((seed) => rows(2, seed))
  for (const drawn of draws)
    drawn.forEach((images, label) => {
      expect(new Set(images).size).toBe(images.length)
      for (const row of images) expect(examples.labels[row ?? -1]).toBe(label)
    })
  expect(new Set(draws.map((drawn) => JSON.stringify(drawn))).size).toBeGreaterThan(1)
  expect(rows(2, 1)).toEqual(draws[0])
})

test('bad counts', () => {
  for (const perClass of [0, -1, 1.5, Number.NaN]) expect(() => rows(perClass)).toThrow(ConfigError)
})
