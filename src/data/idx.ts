import { checkArgument, checkFields } from '../base/arguments.ts'
import { ConfigError, DataError } from '../base/errors.ts'
import type { Examples } from './dataset.ts'

/**
 * IDX, the format of MNIST (yann.lecun.com/exdb/mnist): two zero bytes, the element type, the number of
 * dimensions, each dimension as a big-endian 32-bit integer, then the elements, last dimension fastest.
 * Read here: unsigned bytes with 1 dimension (labels), 3 (images: count, height, width) or 4 (count, height,
 * width, channels).
 */
export interface IdxHeader {
  readonly shape: readonly number[]
  /** Length of the header in bytes; the elements begin here. */
  readonly offset: number
  /** Number of elements, which is also their length in bytes. */
  readonly size: number
}

export interface IdxArray {
  readonly shape: readonly number[]
  /** The elements: a view of the file's bytes where it was parsed from memory. */
  readonly data: Uint8Array
}

export type IdxContent = 'images' | 'labels'

/** Longest header that is accepted: magic number and four dimensions. */
export const longestIdxHeader = 20

/** Largest number of elements that is accepted: 2 GiB, forty times Fashion-MNIST. */
export const largestIdxSize = 2 ** 31

const elementTypes: Readonly<Record<number, string>> = {
  9: 'signed bytes',
  11: '16-bit integers',
  12: '32-bit integers',
  13: '32-bit floats',
  14: '64-bit floats',
}

/** Header length in bytes told from the first four, so that a stream knows how much to collect; 4 if unknown. */
export function idxHeaderLength(start: Uint8Array): number {
  const dimensions = start[3] ?? 0
  return 4 + 4 * Math.min(dimensions, 4)
}

/**
 * Reads and checks a header. `bytes` may be the whole file or only its beginning.
 *
 * @param where the file's name, for the message
 * @param content what the file should hold; without it, both are accepted
 * @throws DataError when this is not IDX, not unsigned bytes, cut short, empty or too large
 */
export function parseIdxHeader(bytes: Uint8Array, where: string, content?: IdxContent): IdxHeader {
  if (bytes.length < 4)
    throw new DataError(
      `truncated: ${bytes.length} bytes, but an IDX file begins with 4 bytes of magic number.`,
      {
        where,
      },
    )
  checkMagic(bytes, where, content)
  const offset = idxHeaderLength(bytes)
  if (bytes.length < offset)
    throw new DataError(`truncated: the header has ${offset} bytes, the file only ${bytes.length}.`, {
      where,
    })
  const view = new DataView(bytes.buffer, bytes.byteOffset, offset)
  const shape = Array.from({ length: offset / 4 - 1 }, (_, i) => view.getUint32(4 + 4 * i))
  if (shape.includes(0)) throw new DataError(`the header says ${format(shape)}: nothing in it.`, { where })
  const size = shape.reduce((product, dimension) => product * dimension, 1)
  if (size > largestIdxSize)
    throw new DataError(`dimension overflow: the header says ${format(shape)}, over the limit of 2 GiB.`, {
      where,
      hint: 'The file is damaged or no IDX file.',
    })
  return { shape, offset, size }
}

function checkMagic(bytes: Uint8Array, where: string, content: IdxContent | undefined): void {
  const [zero1 = 0, zero2 = 0, type = 0, dimensions = 0] = bytes
  const magic = `0x${[zero1, zero2, type, dimensions].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
  const wanted = content === undefined ? 'IDX images or labels' : expected[content]
  if (zero1 === 0x1f && zero2 === 0x8b)
    throw new DataError('is compressed with gzip inside gzip or was passed on compressed.', {
      where,
      hint: 'Decompress it first.',
    })
  if (zero1 !== 0 || zero2 !== 0 || (type !== 8 && elementTypes[type] === undefined))
    throw new DataError(`wrong magic number ${magic}: this is no IDX file (wanted ${wanted}).`, { where })
  if (type !== 8)
    throw new DataError(
      `holds ${elementTypes[type]} (magic number ${magic}); only unsigned bytes are read.`,
      {
        where,
        hint: 'Convert it to bytes 0 to 255.',
      },
    )
  const holds = dimensions === 1 ? 'labels' : dimensions === 3 || dimensions === 4 ? 'images' : undefined
  if (holds === undefined)
    throw new DataError(`wrong magic number ${magic}: ${dimensions} dimensions (wanted ${wanted}).`, {
      where,
    })
  if (content !== undefined && holds !== content)
    throw new DataError(`wrong magic number ${magic}: the file holds ${holds} (wanted ${wanted}).`, { where })
}

const expected: Readonly<Record<IdxContent, string>> = {
  images: 'images, 0x00000803 or 0x00000804',
  labels: 'labels, 0x00000801',
}

/** @throws DataError unless the file has exactly the bytes that its header promises */
export function checkIdxLength(header: IdxHeader, got: number, where: string): void {
  if (got === header.size) return
  const promise = `the header says ${format(header.shape)} = ${header.size} bytes`
  if (got > header.size)
    throw new DataError(`too long: ${promise}, but the file goes on after them.`, { where })
  throw new DataError(`truncated: ${promise}, but only ${got} follow.`, { where })
}

/**
 * A whole IDX file from memory, not compressed. The result is a view, not a copy.
 *
 * @throws DataError when this is not IDX, not unsigned bytes, empty or too large, and when the file is shorter or longer than its header says
 */
export function parseIdx(bytes: Uint8Array, where: string, content?: IdxContent): IdxArray {
  checkArgument(bytes, 'bytes', 'IDX bytes')
  const header = parseIdxHeader(bytes, where, content)
  checkIdxLength(header, bytes.length - header.offset, where)
  return { shape: header.shape, data: bytes.subarray(header.offset) }
}

/** The header for unsigned bytes of this shape: 1, 3 or 4 dimensions, each from 1 to 2^32 - 1. */
export function encodeIdxHeader(shape: readonly number[]): Uint8Array {
  checkArgument(shape, 'numbers', 'IDX shape')
  if (shape.length !== 1 && shape.length !== 3 && shape.length !== 4)
    throw new ConfigError(`needs 1, 3 or 4 dimensions, got ${shape.length}.`, { where: 'IDX shape' })
  const header = new Uint8Array(4 + 4 * shape.length)
  const view = new DataView(header.buffer)
  view.setUint32(0, 0x800 + shape.length)
  shape.forEach((dimension, i) => {
    if (!Number.isInteger(dimension) || dimension < 1 || dimension > 0xffffffff)
      throw new ConfigError(`${format(shape)}: every dimension must be a positive integer.`, {
        where: 'IDX shape',
      })
    view.setUint32(4 + 4 * i, dimension)
  })
  return header
}

/** A whole IDX file, not compressed. Throws ConfigError when shape and bytes do not fit together. */
export function encodeIdx(shape: readonly number[], bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  checkArgument(bytes, 'bytes', 'IDX bytes')
  const header = encodeIdxHeader(shape)
  checkIdxSize(shape, bytes)
  const file = new Uint8Array(header.length + bytes.length)
  file.set(header)
  file.set(bytes, header.length)
  return file
}

/** @throws ConfigError unless `bytes` has as many elements as `shape` says */
export function checkIdxSize(shape: readonly number[], bytes: Uint8Array): void {
  const size = shape.reduce((product, dimension) => product * dimension, 1)
  if (size !== bytes.length)
    throw new ConfigError(`${format(shape)} makes ${size} bytes, got ${bytes.length}.`, {
      where: 'IDX shape',
    })
}

/** Size of one image told from the shape of an image file: [count, height, width] or with channels. */
export function imageShape(shape: readonly number[]): { height: number; width: number; channels: number } {
  checkArgument(shape, 'numbers', 'IDX shape')
  const [, height = 1, width = 1, channels = 1] = shape
  return { height, width, channels }
}

/** Puts an image file and its label file together. Throws DataError when they differ in count. */
export function pairExamples(images: IdxArray, labels: IdxArray, where: string): Examples {
  checkFields(images, { shape: 'numbers', data: 'bytes' }, `${where}, images`)
  checkFields(labels, { shape: 'numbers', data: 'bytes' }, `${where}, labels`)
  const [count = 0] = images.shape
  const [labelCount = 0] = labels.shape
  if (count !== labelCount)
    throw new DataError(`image and label counts differ: ${count} images, ${labelCount} labels.`, { where })
  return { images: images.data, labels: labels.data, count }
}

function format(shape: readonly number[]): string {
  return shape.join(' x ')
}
