import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CheckpointError, ConfigError } from '../../src/base/errors.ts'
import { decodeSafetensors, encodeSafetensors, type SavedTensor } from '../../src/base/safetensors.ts'

const where = 'weights.safetensors'

/** A file with this header and so many bytes of data, whatever they mean. */
function file(header: string | Uint8Array, dataBytes = 0): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header
  const bytes = new Uint8Array(8 + text.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  return bytes
}

const one = (dtype: string, shape: unknown, offsets: unknown) =>
  JSON.stringify({ w: { dtype, shape, data_offsets: offsets } })

describe('encodeSafetensors', () => {
  it('writes the length, the padded header and the values, as in the format description', () => {
    const bytes = encodeSafetensors([{ name: 'w', shape: [1, 2], data: Float32Array.of(1, -2) }])
    const json = '{"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}'
    expect(json).toHaveLength(56)
    const headerSize = 56
    expect([...bytes.subarray(0, 8)]).toEqual([headerSize, 0, 0, 0, 0, 0, 0, 0])
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + headerSize))).toBe(json)
    // 1 is 3f800000 and -2 is c0000000 in IEEE 754, written with the low byte first.
    expect([...bytes.subarray(8 + headerSize)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0])
  })

  it('pads the header with spaces to a multiple of 8', () => {
    const bytes = encodeSafetensors([{ name: 'w1', shape: [1], data: Uint8Array.of(7) }])
    const json = '{"w1":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'
    expect(json).toHaveLength(54)
    expect(new TextDecoder().decode(bytes.subarray(8))).toBe(`${json}  \u0007`)
  })

  it('puts wider types first, so that every tensor is aligned', () => {
    const bytes = encodeSafetensors([
      { name: 'labels', shape: [3], data: Uint8Array.of(1, 2, 3) },
      { name: 'weights', shape: [1], data: Float32Array.of(1) },
      { name: 'sums', shape: [1], data: Float64Array.of(1) },
    ])
    expect([...decodeSafetensors(bytes, where).tensors.keys()]).toEqual(['sums', 'weights', 'labels'])
    const dataStart = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))
    expect(dataStart % 8).toBe(0)
    expect(bytes.length).toBe(dataStart + 8 + 4 + 3)
  })

  it.each<[string, SavedTensor[], RegExp]>([
    ['a name twice', [tensor('a', [1]), tensor('a', [1])], /^tensor "a": this name is used already/],
    ['the reserved name', [tensor('__metadata__', [1])], /^tensor "__metadata__": this name/],
    [
      'a shape that is too small',
      [tensor('a', [2, 2], 5)],
      /^tensor "a": shape \[2, 2\] does not fit 5 values/,
    ],
    ['a shape with a fraction', [tensor('a', [2.5, 2], 5)], /does not fit/],
    ['a negative shape', [tensor('a', [-1, -1], 1)], /does not fit/],
  ])('refuses %s', (_what, tensors, message) => {
    expect(() => encodeSafetensors(tensors)).toThrow(ConfigError)
    expect(() => encodeSafetensors(tensors)).toThrow(message)
  })
})

function tensor(name: string, shape: number[], length = shape.reduce((a, b) => a * b, 1)): SavedTensor {
  return { name, shape, data: new Float32Array(length) }
}

const anyData = (length: number) =>
  fc.oneof(
    fc.float32Array({ minLength: length, maxLength: length }),
    fc.float64Array({ minLength: length, maxLength: length }),
    fc.uint8Array({ minLength: length, maxLength: length }),
    fc.int32Array({ minLength: length, maxLength: length }),
    fc.uint32Array({ minLength: length, maxLength: length }),
  )

const anyTensors: fc.Arbitrary<SavedTensor[]> = fc.uniqueArray(
  fc
    .tuple(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', '0', '1', '')),
      fc.array(fc.nat({ max: 3 }), { maxLength: 3 }),
    )
    .chain(([name, shape]) =>
      anyData(shape.reduce((a, b) => a * b, 1)).map((data) => ({
        name: name === '__metadata__' ? 'm' : name,
        shape,
        data,
      })),
    ),
  { selector: ({ name }) => name, maxLength: 5 },
)

const anyMetadata = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }))

describe('decodeSafetensors', () => {
  it('gives back every bit of what was encoded, at any alignment', () => {
    fc.assert(
      fc.property(anyTensors, anyMetadata, fc.nat({ max: 7 }), (tensors, metadata, offset) => {
        const encoded = encodeSafetensors(tensors, metadata)
        const moved = new Uint8Array(encoded.length + offset)
        moved.set(encoded, offset)
        const decoded = decodeSafetensors(moved.subarray(offset), where)
        moved.fill(0xff) // the result is a copy
        expect(decoded.tensors.size).toBe(tensors.length)
        for (const { name, shape, data } of tensors) {
          const copy = decoded.tensors.get(name)
          expect(copy?.shape).toEqual(shape)
          expect(copy?.data.constructor).toBe(data.constructor)
          expect(rawBytes(copy?.data)).toEqual(rawBytes(data))
        }
        expect(Object.entries(decoded.metadata).sort()).toEqual(Object.entries(metadata).sort())
      }),
    )
  })

  it('copies out of a Node Buffer too, whose slice() would not', () => {
    const buffer = Buffer.from(encodeSafetensors([{ name: 'w', shape: [2], data: Float32Array.of(3, 4) }]))
    const { tensors } = decodeSafetensors(buffer, where)
    buffer.fill(0)
    expect(tensors.get('w')?.data).toEqual(Float32Array.of(3, 4))
  })

  it('keeps the bits of a NaN', () => {
    const data = new Float32Array(Uint32Array.of(0x7fc00123).buffer)
    const { tensors } = decodeSafetensors(encodeSafetensors([{ name: 'w', shape: [], data }]), where)
    expect(rawBytes(tensors.get('w')?.data)).toEqual([0x23, 0x01, 0xc0, 0x7f])
  })

  it.each<[string, Uint8Array, RegExp]>([
    ['no bytes', new Uint8Array(0), /has 0 bytes/],
    ['7 bytes', new Uint8Array(7), /has 7 bytes/],
    ['an empty header', file(''), /does not begin with "\{"/],
    ['a header past the end', file('{}').with(0, 3), /claims a header of 3 bytes and has 2 left/],
    ['a header of 2^63 bytes', file('{}').with(7, 0x80), /has a header of 9223372036854775810 bytes/],
    [
      'a header of 100 MB and 1 byte',
      file('{}').with(0, 1).with(1, 0xe1).with(2, 0xf5).with(3, 5),
      /header of 100000001 bytes; at most 16777216 are read/,
    ],
    ['an array for a header', file('[]'), /does not begin/],
    ['white space before the header', file(' {}'), /does not begin/],
    ['text after the header', file('{}x'), /not JSON/],
    ['bytes that are not UTF-8', file(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d)), /not JSON in UTF-8/],
    ['deep nesting', file(`{"w":${'['.repeat(100_000)}`), /not JSON/],
    [
      'a name twice',
      file(
        '{"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
      ),
      /key "w" twice/,
    ],
    ['metadata that is no object', file('{"__metadata__":[]}'), /"__metadata__" is not a JSON object/],
    ['metadata that is no text', file('{"__metadata__":{"epoch":3}}'), /not text: "epoch"/],
    ['a tensor that is no object', file('{"w":3}'), /tensor "w" is not described/],
    ['no dtype', file('{"w":{}}'), /tensor "w" has no dtype/],
    ['no shape', file('{"w":{"dtype":"F32"}}'), /no shape/],
    ['a negative size', file(one('F32', [-1], [0, 4]), 4), /no shape of whole numbers/],
    ['a size with a fraction', file(one('F32', [0.5], [0, 2]), 2), /no shape of whole numbers/],
    [
      'a size past 2^53',
      file('{"w":{"dtype":"F32","shape":[1e300],"data_offsets":[0,4]}}', 4),
      /no shape of whole/,
    ],
    [
      'sizes whose product overflows',
      file(one('F32', [2 ** 50, 2 ** 50], [0, 4]), 4),
      /needs .* bytes .* has 4/,
    ],
    ['no offsets', file('{"w":{"dtype":"F32","shape":[1]}}', 4), /no data_offsets/],
    ['one offset', file(one('F32', [1], [0]), 4), /1 data_offsets instead of 2/],
    ['three offsets', file(one('F32', [1], [0, 4, 8]), 4), /3 data_offsets instead of 2/],
    ['an end before the beginning', file(one('F32', [1], [4, 0]), 4), /lies at 4 to 0/],
    ['an end past the file', file(one('F32', [2], [0, 8]), 4), /lies at 0 to 8, outside the file's 4 bytes/],
    ['a shape that needs more', file(one('F32', [2], [0, 4]), 4), /needs 8 bytes for its shape and has 4/],
    ['a shape that needs less', file(one('F32', [], [0, 8]), 8), /needs 4 bytes for its shape and has 8/],
    ['bytes of no tensor', file(one('F32', [1], [0, 4]), 7), /3 bytes at the end belong to no tensor/],
    ['a hole', file(one('F32', [1], [4, 8]), 8), /leaves a hole before it: it begins at 4 instead of 0/],
    [
      'an overlap',
      file(
        '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
        3,
      ),
      /tensor "b" overlaps another: it begins at 1 instead of 2/,
    ],
  ])('refuses %s', (_what, bytes, message) => {
    expect(() => decodeSafetensors(bytes, where)).toThrow(CheckpointError)
    expect(() => decodeSafetensors(bytes, where)).toThrow(message)
    expect(() => decodeSafetensors(bytes, where)).toThrow(/^weights\.safetensors: /)
  })

  it('takes tensors in any order of the header, empty ones and unknown fields', () => {
    const header =
      '{"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3],"note":1},' +
      '"none":{"dtype":"F32","shape":[0,5],"data_offsets":[1,1]},' +
      '"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}'
    const { tensors } = decodeSafetensors(file(header, 3), where)
    expect([...tensors.keys()]).toEqual(['a', 'none', 'b'])
    expect(tensors.get('none')).toEqual({ name: 'none', shape: [0, 5], data: new Float32Array(0) })
  })

  it('cuts a long name in its message', () => {
    const bytes = file(`{${JSON.stringify('n'.repeat(5000))}:0}`)
    expect(() => decodeSafetensors(bytes, where)).toThrow(/"n{29}\.\.\.n{28}"/)
  })

  const decodesOrFailsClearly = (bytes: Uint8Array) => {
    try {
      const { tensors } = decodeSafetensors(bytes, where)
      const total = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0)
      expect(total).toBeLessThanOrEqual(bytes.length)
    } catch (error) {
      expect(error).toBeInstanceOf(CheckpointError)
    }
  }

  it('fuzz: arbitrary bytes decode or give a CheckpointError', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decodesOrFailsClearly), { numRuns: 500 })
  })

  it('fuzz: an arbitrary JSON header decodes or gives a CheckpointError', () => {
    const sizes = fc.array(fc.oneof(fc.nat({ max: 4 }), fc.maxSafeInteger(), fc.double()), { maxLength: 3 })
    const entry = fc.record(
      { dtype: fc.constantFrom('F32', 'U8', 'F16', 3), shape: sizes, data_offsets: sizes },
      { requiredKeys: [] },
    )
    const header = fc.dictionary(
      fc.oneof(fc.string(), fc.constant('__metadata__')),
      fc.oneof(entry, fc.jsonValue()),
    )
    fc.assert(
      fc.property(header, fc.nat({ max: 20 }), (value, size) =>
        decodesOrFailsClearly(file(JSON.stringify(value), size)),
      ),
      { numRuns: 500 },
    )
  })

  it('fuzz: a valid file with bytes changed, cut or added decodes or gives a CheckpointError', () => {
    const valid = encodeSafetensors(
      [
        { name: 'hidden.weight', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
        { name: 'order', shape: [3], data: Uint32Array.of(1, 2, 3) },
      ],
      { format: 'atelier', epoch: '3' },
    )
    const change = fc.tuple(
      fc.nat({ max: valid.length - 1 }),
      fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(34, 44, 48, 57, 91, 93, 123, 125)),
    )
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 4 }),
        fc.integer({ min: -20, max: 20 }),
        (changes, growth) => {
          const bytes = new Uint8Array(valid.length + growth)
          bytes.set(valid.subarray(0, bytes.length))
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
          decodesOrFailsClearly(bytes)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

function rawBytes(data: SavedTensor['data'] | undefined): number[] {
  return data === undefined ? [] : [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]
}
