import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError, DataError } from '../../src/base/errors.ts'
import { encodeIdx, imageShape, pairExamples, parseIdx, parseIdxHeader } from '../../src/data/idx.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)

/** A header with any 32-bit dimensions. */
const header = (type: number, ...dimensions: number[]) =>
  bytes(0, 0, type, dimensions.length, ...dimensions.flatMap((n) => [n >>> 24, n >>> 16, n >>> 8, n]))

test('by hand: two labels', () => {
  const file = bytes(0, 0, 8, 1, 0, 0, 0, 2, 9, 3)
  expect(encodeIdx([2], bytes(9, 3))).toEqual(file)
  expect(parseIdx(file, 'labels', 'labels')).toEqual({ shape: [2], data: bytes(9, 3) })
})

test('by hand: one image of 2 x 3', () => {
  const file = bytes(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6)
  expect(parseIdx(file, 'images', 'images').shape).toEqual([1, 2, 3])
  expect(parseIdxHeader(file, 'images')).toEqual({ shape: [1, 2, 3], offset: 16, size: 6 })
  expect(encodeIdx([1, 2, 3], bytes(1, 2, 3, 4, 5, 6))).toEqual(file)
})

test('parsing copies nothing, and works within a larger buffer', () => {
  const buffer = new Uint8Array(20)
  buffer.set(encodeIdx([3], bytes(5, 6, 7)), 4)
  const { data } = parseIdx(buffer.subarray(4, 15), 'part')
  expect([...data]).toEqual([5, 6, 7])
  expect(data.buffer).toBe(buffer.buffer)
})

const dimension = fc.integer({ min: 1, max: 5 })
const shapes = fc.oneof(
  fc.tuple(dimension),
  fc.tuple(dimension, dimension, dimension),
  fc.tuple(dimension, dimension, dimension, dimension),
)
const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)
const arrays = shapes.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    data: fc.uint8Array({ minLength: size(shape), maxLength: size(shape) }),
  }),
)

test('what was encoded is parsed back', () => {
  fc.assert(
    fc.property(arrays, ({ shape, data }) => {
      const parsed = parseIdx(encodeIdx(shape, data), 'x')
      expect(parsed.shape).toEqual(shape)
      expect(parsed.data).toEqual(data)
    }),
  )
})

/** True when parsing succeeds; fails the test unless an error is a DataError that names the file. */
function parses(file: Uint8Array, content?: 'images' | 'labels'): boolean {
  try {
    parseIdx(file, 'some file', content)
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(DataError)
    expect(String(error)).toContain('some file: ')
    return false
  }
}

const contents = fc.constantFrom('images' as const, 'labels' as const, undefined)

test('any bytes give an array or a DataError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), contents, (file, content) => void parses(file, content)),
  )
})

test('a good file with one byte changed gives an array or a DataError', () => {
  fc.assert(
    fc.property(arrays, fc.nat(), fc.nat(255), contents, ({ shape, data }, at, value, content) => {
      const file = encodeIdx(shape, data)
      file[at % file.length] = value
      parses(file, content)
    }),
    { numRuns: 500 },
  )
})

test('a good file cut short or made longer by any number of bytes is a DataError', () => {
  fc.assert(
    fc.property(arrays, fc.integer({ min: 1, max: 30 }), ({ shape, data }, n) => {
      const file = encodeIdx(shape, data)
      expect(parses(file.subarray(0, Math.max(0, file.length - n)))).toBe(false)
      const longer = new Uint8Array(file.length + n)
      longer.set(file)
      expect(parses(longer)).toBe(false)
    }),
  )
})

describe('errors say what is wrong', () => {
  test.each([
    ['an empty file', bytes(), undefined, /^f: truncated: 0 bytes/],
    [
      'no IDX',
      bytes(137, 80, 78, 71, 13, 10),
      undefined,
      /wrong magic number 0x89504e47: this is no IDX file/,
    ],
    ['floats', header(13, 1, 1, 1), undefined, /holds 32-bit floats \(magic number 0x00000d03\)/],
    [
      'labels for images',
      header(8, 5),
      'images',
      /0x00000801: the file holds labels \(wanted images, 0x00000803/,
    ],
    ['images for labels', header(8, 5, 1, 1), 'labels', /0x00000803: the file holds images \(wanted labels/],
    ['a matrix', header(8, 5, 5), undefined, /0x00000802: 2 dimensions/],
    ['a short header', header(8, 5, 5, 5).subarray(0, 10), undefined, /truncated: the header has 16 bytes/],
    ['no rows', header(8, 0, 28, 28), 'images', /the header says 0 x 28 x 28: nothing in it/],
    [
      'an overflow',
      header(8, 0xffffffff, 0xffffffff, 0xffffffff),
      'images',
      /dimension overflow.*limit of 2 GiB/,
    ],
    ['compressed twice', bytes(0x1f, 0x8b, 8, 0), undefined, /gzip/],
    [
      'too few',
      bytes(...header(8, 3), 1, 2),
      'labels',
      /truncated: the header says 3 = 3 bytes, but only 2 follow/,
    ],
    ['too many', bytes(...header(8, 1), 1, 2), 'labels', /too long: the header says 1 = 1 bytes/],
  ] as const)('%s', (_what, file, content, message) => {
    expect(() => parseIdx(file, 'f', content)).toThrow(DataError)
    expect(() => parseIdx(file, 'f', content)).toThrow(message)
  })

  test('shapes that cannot be written', () => {
    expect(() => encodeIdx([2, 2], new Uint8Array(4))).toThrow(ConfigError)
    expect(() => encodeIdx([0], new Uint8Array(0))).toThrow(ConfigError)
    expect(() => encodeIdx([1.5], new Uint8Array(1))).toThrow(ConfigError)
    expect(() => encodeIdx([3], new Uint8Array(2))).toThrow(/3 makes 3 bytes, got 2/)
  })
})

test('images and labels are put together when their counts agree', () => {
  const images = { shape: [2, 1, 1], data: bytes(1, 2) }
  expect(pairExamples(images, { shape: [2], data: bytes(0, 1) }, 'f')).toMatchObject({ count: 2 })
  expect(() => pairExamples(images, { shape: [3], data: bytes(0, 1, 0) }, 'f')).toThrow(
    'f: image and label counts differ: 2 images, 3 labels.',
  )
})

test('without a fourth dimension images have one channel', () => {
  expect(imageShape([9, 28, 27])).toEqual({ height: 28, width: 27, channels: 1 })
  expect(imageShape([9, 28, 27, 3])).toEqual({ height: 28, width: 27, channels: 3 })
})
