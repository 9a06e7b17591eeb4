import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EngineError } from '../../src/base/errors.ts'
import { createEngine } from '../../src/engine/create.ts'
import {
  Arena,
  CACHE_LINE,
  planBytes,
  planDoubles,
  planFloats,
  planIndices,
  planIntegers,
} from '../../src/engine/memory.ts'
import { allocateMemory } from '../../src/engine/simd/module.ts'
import { engineNames } from '../engines.ts'

const planners = [planBytes, planDoubles, planFloats, planIndices, planIntegers] as const

describe('Arena', () => {
  it('gives every block its own cache lines, whatever is planned', () => {
    const request = fc.record({ length: fc.nat(200), planner: fc.nat(planners.length - 1) })
    fc.assert(
      fc.property(fc.array(request, { maxLength: 20 }), (requests) => {
        const arena = new Arena()
        const blocks = requests.map(({ length, planner }) => (planners[planner] ?? planBytes)(arena, length))
        arena.commit(new ArrayBuffer(arena.bytes))
        let top = 0
        for (const [i, block] of blocks.entries()) {
          expect(block.address % CACHE_LINE).toBe(0)
          expect(block.address).toBeGreaterThanOrEqual(top)
          expect(block.data).toHaveLength(requests[i]?.length ?? -1)
          expect(block.data.byteOffset).toBe(block.address)
          top = block.address + block.data.byteLength
        }
        expect(arena.bytes).toBeGreaterThanOrEqual(top)
      }),
    )
  })

  it('gives the same addresses to those who plan the same things', () => {
    const plan = () => {
      const arena = new Arena(65536)
      return [planFloats(arena, 3), planBytes(arena, 65), planDoubles(arena, 1)].map(({ address }) => address)
    }
    expect(plan()).toEqual([65536, 65600, 65728])
    expect(plan()).toEqual(plan())
  })

  it('shows the same bytes four at a time', () => {
    const arena = new Arena()
    const bytes = planBytes(arena, 8)
    const words = arena.alias(bytes, 4, (buffer, address, n) => new Uint32Array(buffer, address, n))
    arena.commit(new ArrayBuffer(arena.bytes))
    bytes.data.set([1, 0, 0, 0, 0, 1, 0, 0])
    expect([...words.data]).toEqual([1, 256])
  })

  it('hands out no data before it is committed and plans nothing afterwards', () => {
    const arena = new Arena()
    const block = planFloats(arena, 4)
    expect(() => block.data).toThrow(EngineError)
    arena.commit(new ArrayBuffer(arena.bytes))
    expect([...block.data]).toEqual([0, 0, 0, 0])
    expect(() => planFloats(arena, 1)).toThrow(/nothing more can be planned/)
  })
})

describe('too much memory', () => {
  it.each(engineNames)('is one clear error of the %s engine', (name) => {
    const engine = createEngine(name)
    engine.matrix(2 ** 24, 2 ** 20)
    expect(() => engine.commit()).toThrow(EngineError)
    expect(() => engine.commit()).toThrow(/MiB.*Use a smaller batch or a smaller model\./)
  })

  it('more than WebAssembly can address', () => {
    expect(() => allocateMemory(2 ** 32 + 1)).toThrow(/WebAssembly can address 4096 MiB/)
  })
})

it('the simd kernels wait for the memory', () => {
  expect(() => createEngine('simd').kernels).toThrow(/planned, but not committed/)
})

it('an engine that does not exist is named, with the nearest one', () => {
  expect(() => createEngine('simt')).toThrow(/^engine: there is no engine "simt"\. Did you mean "simd"\?/)
})
