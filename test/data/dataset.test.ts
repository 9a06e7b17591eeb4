import { afterEach, describe, expect, test, vi } from 'vitest'
import { ConfigError, DataError } from '../../src/base/errors.ts'
import { createDataset, type Dataset, limitDataset, sharedBytes } from '../../src/data/dataset.ts'

const tiny: Dataset = {
  name: 'tiny',
  synthetic: false,
  height: 1,
  width: 2,
  channels: 1,
  classes: ['a', 'b'],
  train: { images: Uint8Array.from([1, 2, 3, 4, 5, 6]), labels: Uint8Array.from([0, 1, 0]), count: 3 },
  test: { images: Uint8Array.from([7, 8]), labels: Uint8Array.from([1]), count: 1 },
}

describe('limitDataset', () => {
  test('keeps the first rows as views and the whole test part', () => {
    const limited = limitDataset(tiny, 2)
    expect([...limited.train.images]).toEqual([1, 2, 3, 4])
    expect([...limited.train.labels]).toEqual([0, 1])
    expect(limited.train.count).toBe(2)
    expect(limited.train.images.buffer).toBe(tiny.train.images.buffer)
    expect(limited.test).toBe(tiny.test)
    expect(tiny.train.count).toBe(3)
  })

  test.each([0, -1, 1.5, Number.NaN, 4])('refuses %s of 3', (limit) => {
    expect(() => limitDataset(tiny, limit)).toThrow(ConfigError)
    expect(() => limitDataset(tiny, limit)).toThrow(
      `limit: must be an integer from 1 to 3 (the training rows), got ${limit}.`,
    )
  })
})

describe('createDataset', () => {
  test('passes good data through', () => {
    expect(createDataset(tiny)).toBe(tiny)
  })

  const part = (changes: Partial<Dataset['train']>) => ({ ...tiny, train: { ...tiny.train, ...changes } })
  test.each([
    ['a side of 0', { ...tiny, width: 0 }, /width is 0/],
    ['one class', { ...tiny, classes: ['a'] }, /has 1 classes/],
    ['too few pixels', part({ images: new Uint8Array(5) }), /has 5 pixel bytes, but 3 images of 2 make 6/],
    ['too many labels', part({ labels: new Uint8Array(4) }), /has 4 labels for 3 images/],
    ['no rows', part({ images: new Uint8Array(0), labels: new Uint8Array(0), count: 0 }), /has 0 rows/],
    [
      'a label out of range',
      part({ labels: Uint8Array.from([0, 1, 2]) }),
      /tiny, training part: label out of range: row 2 has label 2, but with 2 classes labels are 0 to 1/,
    ],
  ])('refuses %s', (_what, parts, message) => {
    expect(() => createDataset(parts)).toThrow(DataError)
    expect(() => createDataset(parts)).toThrow(message)
  })
})

describe('sharedBytes', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  test('is shared between threads, and plain where that does not exist', () => {
    expect(sharedBytes(3).buffer).toBeInstanceOf(SharedArrayBuffer)
    vi.stubGlobal('SharedArrayBuffer', undefined)
    expect(sharedBytes(3).buffer).toBeInstanceOf(ArrayBuffer)
    expect([...sharedBytes(3)]).toEqual([0, 0, 0])
  })
})
