import { checkArgument, checkEach } from './arguments.ts'
import { CheckpointError, ConfigError } from './errors.ts'
import { repeatedKey } from './jsonKeys.ts'
import { shorten } from './shorten.ts'

/**
 * The safetensors file format (huggingface/safetensors): an unsigned 64-bit little-endian length n, n bytes
 * of JSON, then the raw little-endian values of all tensors, row-major, without holes.
 *
 *     {"__metadata__": {"any": "text"}, "name": {"dtype": "F32", "shape": [784, 128], "data_offsets": [0, 401408]}}
 *
 * Offsets count from the end of the header. Typed arrays are little-endian wherever this library runs.
 */

const lengthBytes = 8
/**
 * The format allows 100 MB, but parsing such a header takes gigabytes of memory. 16 MiB are room for some 100,000 tensors.
 */
const largestHeader = 1 << 24
const metadataKey = '__metadata__'

/** One named tensor, row-major. A shape of [] is a single number; a size of 0 is allowed. */
export interface SavedTensor {
  readonly name: string
  readonly shape: readonly number[]
  /** Its type says the dtype: F32, F64, U8, I32 or U32. */
  readonly data: SavedData
  /** Where the file holds 16-bit numbers: `data` are the same numbers as F32. */
  readonly widened?: 'F16' | 'BF16'
}

export type SavedData = Float32Array | Float64Array | Uint8Array | Int32Array | Uint32Array

export interface SavedTensors {
  /** By name, in the order of their values in the file. */
  readonly tensors: ReadonlyMap<string, SavedTensor>
  /** Tensors of a dtype that is not read, such as I64 or BOOL: the dtype by name. */
  readonly unread: ReadonlyMap<string, string>
  readonly metadata: Readonly<Record<string, string>>
}

/** Bytes per element of the other dtypes of the format. Dtypes of later versions are not checked. */
const otherSizes: ReadonlyMap<string, number> = new Map([
  ['F16', 2],
  ['BF16', 2],
  ['BOOL', 1],
  ['I8', 1],
  ['F8_E4M3', 1],
  ['F8_E5M2', 1],
  ['I16', 2],
  ['U16', 2],
  ['I64', 8],
  ['U64', 8],
])

const dtypes = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  U8: Uint8Array,
}

type Dtype = keyof typeof dtypes

/**
 * The bytes of a safetensors file. Equal input gives equal bytes. Tensors keep their order, except that wider
 * types come first, so that every tensor is aligned to its own size for readers that map the file to memory.
 *
 * Throws a {@link ConfigError} for a repeated or reserved name, a shape that does not fit its data, or so many
 * tensors that the header is larger than 16 MiB.
 */
export function encodeSafetensors(
  tensors: readonly SavedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  checkEach(tensors, { name: 'text', shape: 'numbers', data: 'numbers' }, 'tensors')
  checkArgument(metadata, 'object', 'metadata')
  const sorted = tensors.toSorted((a, b) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT)
  const entries: [string, unknown][] = []
  if (Object.keys(metadata).length > 0) entries.push([metadataKey, metadata])
  const names = new Set([metadataKey])
  let size = 0
  for (const { name, shape, data } of sorted) {
    const where = `tensor ${quote(name)}`
    if (names.has(name)) throw new ConfigError('this name is used already.', { where })
    names.add(name)
    if (elements(shape) !== data.length)
      throw new ConfigError(`shape [${shape.join(', ')}] does not fit ${data.length} values.`, { where })
    entries.push([name, { dtype: dtypeOf(data), shape, data_offsets: [size, size + data.byteLength] }])
    size += data.byteLength
  }

  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const headerSize = Math.ceil(text.length / lengthBytes) * lengthBytes
  if (headerSize > largestHeader)
    throw new ConfigError(`a header of ${headerSize} bytes, more than ${largestHeader}.`, {
      where: 'safetensors',
      hint: 'Save fewer tensors or less metadata in one file.',
    })
  const file = new Uint8Array(lengthBytes + headerSize + size)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerSize), true)
  file.fill(0x20, lengthBytes, lengthBytes + headerSize)
  file.set(text, lengthBytes)
  let at = lengthBytes + headerSize
  for (const { data } of sorted) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return file
}

/**
 * Reads a safetensors file. The values are copied, so `bytes` may be unaligned, shared or reused afterwards.
 * Never allocates more than a small multiple of `bytes.length`, whatever the header claims.
 *
 * @param where the file's path, for messages
 *
 * F16 and BF16 become F32, which holds all their numbers. Tensors of other dtypes are named in `unread`.
 *
 * Throws a {@link CheckpointError} when the file breaks a rule of the format or its header is larger than 16 MiB.
 */
export function decodeSafetensors(bytes: Uint8Array, where: string): SavedTensors {
  checkArgument(bytes, 'bytes', 'safetensors')
  const { header, start } = readHeader(bytes, where)
  const size = bytes.length - start
  const metadata = new Map<string, string>()
  const entries: Entry[] = []
  for (const [name, value] of Object.entries(header)) {
    if (name === metadataKey) readMetadata(value, metadata, where)
    else entries.push(readEntry(name, value, size, where))
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end)
  checkContiguous(entries, size, where)

  const tensors = new Map<string, SavedTensor>()
  const unread = new Map<string, string>()
  for (const { name, dtype, shape, begin, end } of entries) {
    const slice = bytes.subarray(start + begin, start + end)
    if (dtype === 'F16' || dtype === 'BF16')
      tensors.set(name, { name, shape, data: widened(slice, dtype), widened: dtype })
    else if (isDtype(dtype))
      tensors.set(name, { name, shape, data: new dtypes[dtype](new Uint8Array(slice).buffer) })
    else unread.set(name, dtype)
  }
  return { tensors, unread, metadata: Object.fromEntries(metadata) }
}

interface Entry {
  readonly name: string
  readonly dtype: string
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

function readHeader(
  bytes: Uint8Array,
  where: string,
): { header: Readonly<Record<string, unknown>>; start: number } {
  if (bytes.length < lengthBytes)
    fail(`has ${bytes.length} bytes, fewer than the 8 of its first field.`, where)
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true)
  if (claimed > BigInt(largestHeader))
    throw new CheckpointError(`has a header of ${claimed} bytes; at most ${largestHeader} are read.`, {
      where,
      hint: 'The file is damaged or no file of weights.',
    })
  const start = lengthBytes + Number(claimed)
  if (start > bytes.length)
    fail(`claims a header of ${claimed} bytes and has ${bytes.length - lengthBytes} left.`, where)
  if (bytes[lengthBytes] !== 0x7b || start === lengthBytes) fail('the header does not begin with "{".', where)

  let text: string
  let header: unknown
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(
      new Uint8Array(bytes.subarray(lengthBytes, start)),
    )
    header = JSON.parse(text)
  } catch (cause) {
    fail('the header is not JSON in UTF-8.', where, cause)
  }
  if (!isObject(header)) fail('the header is not a JSON object.', where)
  const repeated = repeatedKey(text)
  if (repeated !== undefined) fail(`the header has the key ${quote(repeated)} twice.`, where)
  return { header, start }
}

function readMetadata(value: unknown, into: Map<string, string>, where: string): void {
  if (!isObject(value)) fail(`"${metadataKey}" is not a JSON object.`, where)
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') fail(`"${metadataKey}" has a value that is not text: ${quote(key)}.`, where)
    into.set(key, text)
  }
}

function readEntry(name: string, value: unknown, size: number, where: string): Entry {
  const tensor = `tensor ${quote(name)}`
  if (!isObject(value)) fail(`${tensor} is not described by a JSON object.`, where)
  const { dtype, shape, data_offsets: offsets } = value
  if (typeof dtype !== 'string') fail(`${tensor} has no dtype.`, where)
  if (!isSizes(shape)) fail(`${tensor} has no shape of whole numbers.`, where)
  if (!isSizes(offsets)) fail(`${tensor} has no data_offsets of whole numbers.`, where)
  const [begin, end] = offsets
  if (begin === undefined || end === undefined || offsets.length !== 2)
    fail(`${tensor} has ${offsets.length} data_offsets instead of 2.`, where)
  if (begin > end || end > size)
    fail(`${tensor} lies at ${begin} to ${end}, outside the file's ${size} bytes of data.`, where)
  const bytesEach = isDtype(dtype) ? dtypes[dtype].BYTES_PER_ELEMENT : otherSizes.get(dtype)
  const needed = elements(shape) * (bytesEach ?? Number.NaN)
  if (bytesEach !== undefined && needed !== end - begin)
    fail(`${tensor} needs ${needed} bytes for its shape and has ${end - begin}.`, where)
  return { name, dtype, shape, begin, end }
}

/** Each tensor begins where the one before ended, and the last ends with the file. */
function checkContiguous(entries: readonly Entry[], size: number, where: string): void {
  let expected = 0
  for (const { name, begin, end } of entries) {
    if (begin !== expected)
      fail(
        `tensor ${quote(name)} ${begin < expected ? 'overlaps another' : 'leaves a hole before it'}: ` +
          `it begins at ${begin} instead of ${expected}.`,
        where,
      )
    expected = end
  }
  if (expected !== size) fail(`${size - expected} bytes at the end belong to no tensor.`, where)
}

/** Product of the sizes; NaN for what is no shape, so that it equals no length. */
function elements(shape: readonly number[]): number {
  let product = 1
  for (const size of shape) product = Number.isSafeInteger(size) && size >= 0 ? product * size : Number.NaN
  return product
}

/** F16 (IEEE 754 binary16) and BF16 (the upper half of binary32) as F32, exactly. */
function widened(bytes: Uint8Array, dtype: 'F16' | 'BF16'): Float32Array {
  const halves = new Uint16Array(new Uint8Array(bytes).buffer)
  if (dtype === 'F16') return Float32Array.from(halves, half)
  return new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer)
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  // Without a leading 1 below the smallest normal number, 2^-14.
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25))
}

/** The dtype in which values are saved. */
export function dtypeOf(data: SavedData): Dtype {
  if (data instanceof Float32Array) return 'F32'
  if (data instanceof Float64Array) return 'F64'
  if (data instanceof Int32Array) return 'I32'
  return data instanceof Uint32Array ? 'U32' : 'U8'
}

function isDtype(dtype: string): dtype is Dtype {
  return Object.hasOwn(dtypes, dtype)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}

/** Names come from the file: quoted, and shortened where they would flood the screen. */
function quote(name: string): string {
  return JSON.stringify(shorten(name, 60))
}

function fail(what: string, where: string, cause?: unknown): never {
  throw new CheckpointError(what, {
    where,
    hint: 'The file is damaged or not a safetensors file; copy it again or use another.',
    cause,
  })
}
