import { expect, it } from 'vitest'
import { EngineError } from '../../src/base/errors.ts'
import { createEngine } from '../../src/engine/create.ts'
import { KeptMemory } from '../../src/engine/keptMemory.ts'

const page = 65_536

it('what is given back is taken again, all zero, as large as is asked for', () => {
  const kept = new KeptMemory()
  const first = kept.take(page + 1)
  expect(first.buffer.byteLength).toBe(2 * page)
  new Uint8Array(first.buffer).fill(7)
  kept.give(first)
  const larger = kept.take(4 * page)
  expect(larger).toBe(first)
  expect(new Uint8Array(larger.buffer)).toEqual(new Uint8Array(4 * page))
  new Uint8Array(larger.buffer).fill(7)
  kept.give(larger)
  const smaller = kept.take(96)
  expect(smaller).toBe(first)
  // Beyond what was asked for nobody looks.
  expect(smaller.buffer.byteLength).toBe(4 * page)
  expect([...new Uint8Array(smaller.buffer, 95, 2)]).toEqual([0, 7])
})

it('memory in use is nobody else’s', () => {
  const kept = new KeptMemory()
  const [first, second] = [kept.take(1), kept.take(1)]
  expect(second).not.toBe(first)
  kept.give(second)
  expect(kept.take(1)).toBe(second)
})

it('more than there can be is one clear error, and what there is can still be taken', () => {
  const kept = new KeptMemory()
  const first = kept.take(1)
  kept.give(first)
  expect(() => kept.take(2 ** 32 + 1)).toThrow(EngineError)
  expect(() => kept.take(2 ** 32 + 1)).toThrow(/WebAssembly can address 4096 MiB/)
  expect(kept.take(1)).toBe(first)
})

it('kernels find their constants in memory that others have written all over', () => {
  const kept = new KeptMemory()
  const results = [0, 1].map(() => {
    const engine = createEngine('simd')
    const tensor = engine.tensor(8, 16)
    engine.commit(kept.take(engine.arena.bytes))
    for (let i = 0; i < tensor.block.data.length; i++) tensor.block.data[i] = (i - 60) / 20
    engine.kernels.tanh(tensor, tensor, { first: 0, end: 8 })
    const result = [...tensor.block.data]
    const { memory } = engine
    if (memory === undefined) throw new Error('no memory')
    new Uint8Array(memory.buffer).fill(255)
    kept.give(memory)
    return result
  })
  expect(results[1]).toEqual(results[0])
})
