import { afterEach, describe, expect, test, vi } from 'vitest'
import { EngineError } from '../../src/base/errors.ts'
import { allocateMemory, growMemory } from '../../src/engine/simd/module.ts'

const MiB = 2 ** 20

afterEach(() => vi.unstubAllGlobals())

/** Answers as V8 does under `ulimit -v`. */
function refuse(): void {
  const Memory = function refused() {
    throw new RangeError('WebAssembly.Memory(): could not allocate memory')
  }
  vi.stubGlobal('WebAssembly', { ...WebAssembly, Memory })
}

const addresses = /ulimit -v unlimited/
const smaller = /Use a smaller batch or a smaller model/

describe('memory that cannot be allocated', () => {
  test('a little memory: the process has no addresses left, and a smaller batch would not help', () => {
    refuse()
    expect(() => allocateMemory(4 * MiB)).toThrow(EngineError)
    expect(() => allocateMemory(4 * MiB)).toThrow('The 4 MiB that the training needs could not be allocated.')
    expect(() => allocateMemory(4 * MiB)).toThrow(addresses)
    expect(() => allocateMemory(4 * MiB)).not.toThrow(smaller)
  })

  test('much memory: a smaller batch helps', () => {
    refuse()
    expect(() => allocateMemory(1024 * MiB)).toThrow(smaller)
    expect(() => allocateMemory(1024 * MiB)).not.toThrow(addresses)
  })

  test('memory that cannot grow is answered in the same way', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    vi.spyOn(memory, 'grow').mockImplementation(() => {
      throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory')
    })
    expect(() => growMemory(memory, 4 * MiB)).toThrow(addresses)
    expect(() => growMemory(memory, 1024 * MiB)).toThrow(smaller)
  })

  test('more than 32-bit addresses reach is refused before it is tried', () => {
    expect(() => allocateMemory(4097 * MiB)).toThrow('needs 4097 MiB; WebAssembly can address 4096 MiB')
  })
})
