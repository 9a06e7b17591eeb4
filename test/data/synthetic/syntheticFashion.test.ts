import { expect, test } from 'vitest'
import { ConfigError } from '../../../src/base/errors.ts'
import { createDataset } from '../../../src/data/dataset.ts'
import { syntheticFashion } from '../../../src/data/synthetic/syntheticFashion.ts'
import { digest } from '../files.ts'

const small = syntheticFashion({ seed: 5, train: 1000, test: 200 })

test('says what it is, and is a valid dataset', () => {
  expect(small).toMatchObject({
    name: 'synthetic garments',
    synthetic: true,
    height: 28,
    width: 28,
    channels: 1,
  })
  expect(createDataset(small)).toBe(small)
  expect(small.train.images.buffer).toBeInstanceOf(SharedArrayBuffer)
})

test('the same bytes on every machine', () => {
  expect(digest(small.train.images)).toBe('f29f7ace41f0d1a478195d21bfa2fd62f566c7e99ce68bcd04a4372d0dd2aab5')
  expect(digest(small.test.images)).toBe('d645b2ac414e7027b4aec5a5916be8fa0987e1b445cc63c6a3f7e7d6d33903ae')
  expect(digest(small.train.labels)).toBe('e60f5d5088406a72b6790e79e4ef94859bee901acecc7f66a0d3910ec452aae8')
})

test('a picture does not depend on how many there are; seeds and parts differ', () => {
  const few = syntheticFashion({ seed: 5, train: 25, test: 3 })
  expect(few.train.images).toEqual(small.train.images.slice(0, 25 * 784))
  expect(few.train.labels).toEqual(small.train.labels.slice(0, 25))
  expect(few.test.images).toEqual(small.test.images.slice(0, 3 * 784))
  expect(syntheticFashion({ seed: 6, train: 25, test: 3 }).train.images).not.toEqual(few.train.images)
  expect(small.test.images.slice(0, 784)).not.toEqual(small.train.images.slice(0, 784))
})

test('every ten rows hold each class once', () => {
  for (let start = 0; start < 1000; start += 10)
    expect([...small.train.labels.slice(start, start + 10)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('no picture is empty or full, and no two are the same', () => {
  const seen = new Set<string>()
  for (let row = 0; row < small.train.count; row++) {
    const image = small.train.images.slice(row * 784, (row + 1) * 784)
    const bright = image.filter((pixel) => pixel > 40).length
    expect(bright).toBeGreaterThan(30)
    expect(bright).toBeLessThan(700)
    seen.add(digest(image))
  }
  expect(seen.size).toBe(1000)
})

test('bad counts and seeds', () => {
  for (const train of [0, -1, 2.5, Number.NaN, 1e9])
    expect(() => syntheticFashion({ train })).toThrow(ConfigError)
  for (const seed of [-1, 0.5, 2 ** 32, Number.NaN])
    expect(() => syntheticFashion({ seed, train: 1, test: 1 })).toThrow(/^seed: must be an integer/)
})
