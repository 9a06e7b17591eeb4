import { describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../src/base/safetensors.ts'
import { train } from '../../src/train/train.ts'
import { eventsOf, tinyConfig, tinyDataset } from './tiny.ts'

const data = tinyDataset()
const config = { ...tinyConfig, epochs: 1 }
const bytesOf = (text: string) => new TextEncoder().encode(text)

/** The file with one more tensor, of any dtype, at its end. */
function withTensor(
  file: Uint8Array,
  name: string,
  dtype: string,
  shape: number[],
  values: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true))
  const header: Record<string, unknown> = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)))
  const body = file.subarray(8 + length)
  const data_offsets = [body.length, body.length + values.length]
  const text = bytesOf(JSON.stringify({ ...header, [name]: { dtype, shape, data_offsets } }))
  const bytes = new Uint8Array(8 + text.length + body.length + values.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  bytes.set(body, 8 + text.length)
  bytes.set(values, 8 + text.length + body.length)
  return bytes
}

/** The file with a tensor replaced by 16-bit numbers. */
function halved(
  file: Uint8Array,
  name: string,
  dtype: 'F16' | 'BF16',
  bits: number,
): Uint8Array<ArrayBuffer> {
  const tensors = [...decodeSafetensors(file, 'file').tensors.values()]
  const found = tensors.find((tensor) => tensor.name === name)
  if (found === undefined) throw new Error(`no ${name}`)
  const rest = encodeSafetensors(tensors.filter((tensor) => tensor !== found))
  const values = new Uint8Array(Uint16Array.from(found.data, () => bits).buffer)
  return withTensor(rest, name, dtype, [...found.shape], values)
}

const given = train(config, data).then(({ weights }) => weights)
const start = (bytes: Uint8Array) =>
  eventsOf(config, data, { initFrom: { bytes, name: 'a.safetensors' } }).then(([first]) => first)

describe('weights to start from', () => {
  it.each([
    ['I64', new Uint8Array(8)],
    ['BOOL', new Uint8Array(1)],
    ['F16', new Uint8Array(2)],
    ['of a later version', new Uint8Array(3)],
  ])('a tensor that nothing needs may be %s', async (dtype, values) => {
    const file = withTensor(await given, 'num_batches_tracked', dtype, [], values)
    const plain = await train(config, data, { initFrom: { bytes: await given, name: 'a' } })
    const more = await train(config, data, { initFrom: { bytes: file, name: 'a' } })
    expect(more.weightsSha256).toBe(plain.weightsSha256)
  })

  it('a tensor that is needed may not', async () => {
    const tensors = [...decodeSafetensors(await given, 'file').tensors.values()]
    const rest = encodeSafetensors(tensors.filter(({ name }) => name !== 'dense_1.bias'))
    const file = withTensor(rest, 'dense_1.bias', 'I64', [9], new Uint8Array(72))
    await expect(start(file)).rejects.toThrow(
      'a.safetensors: "dense_1.bias" has the dtype "I64", which is not read. Convert it to F32 first.',
    )
  })

  it('F16, BF16 and F64 are converted, and the start says so', async () => {
    expect(await start(await given)).not.toHaveProperty('converted')
    expect(await start(halved(await given, 'dense_1.bias', 'F16', 0x3555))).toMatchObject({
      converted: { from: ['F16'], to: 'F32' },
    })
    const wide = [...decodeSafetensors(await given, 'file').tensors.values()].map((tensor) => ({
      ...tensor,
      data: Float64Array.from(tensor.data),
    }))
    expect(await start(encodeSafetensors(wide))).toMatchObject({ converted: { from: ['F64'], to: 'F32' } })
  })

  it('16-bit numbers are widened exactly', async () => {
    const value = async (dtype: 'F16' | 'BF16', bits: number) =>
      decodeSafetensors(halved(await given, 'dense_1.bias', dtype, bits), 'file').tensors.get('dense_1.bias')
        ?.data[0]
    expect(await value('F16', 0x3c00)).toBe(1)
    expect(await value('F16', 0xc000)).toBe(-2)
    expect(await value('F16', 0x7bff)).toBe(65504)
    expect(await value('F16', 0x0001)).toBe(2 ** -24)
    expect(await value('F16', 0x03ff)).toBe(1023 * 2 ** -24)
    expect(await value('F16', 0x0400)).toBe(2 ** -14)
    expect(await value('F16', 0x7c00)).toBe(Number.POSITIVE_INFINITY)
    expect(await value('F16', 0x7e00)).toBeNaN()
    expect(await value('BF16', 0x3f80)).toBe(1)
    expect(await value('BF16', 0xc040)).toBe(-3)
    expect(await value('BF16', 0x7f80)).toBe(Number.POSITIVE_INFINITY)
  })

  it('NaN, infinity and what float32 cannot hold are named with their place', async () => {
    const changed = async (value: number, place: number) => {
      const tensors = [...decodeSafetensors(await given, 'file').tensors.values()].map((tensor) => ({
        ...tensor,
        data: Float64Array.from(tensor.data),
      }))
      const data = tensors.find(({ name }) => name === 'dense_1.weight')?.data
      data?.fill(value, place, place + 1)
      return encodeSafetensors(tensors)
    }
    await expect(start(await changed(Number.NaN, 20))).rejects.toThrow(
      'a.safetensors: "dense_1.weight" holds NaN at [2, 2]. All weights must be finite; they may come from a training that diverged.',
    )
    await expect(start(await changed(Number.NEGATIVE_INFINITY, 0))).rejects.toThrow(
      'holds -Infinity at [0, 0]',
    )
    await expect(start(await changed(1e300, 0))).rejects.toThrow(
      'holds 1e+300, which is too large for float32, at [0, 0]',
    )
  })
})
