import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { philox } from '../../src/base/random.ts'
import type { MaskSource } from '../../src/engine/kernels.ts'
import { allocateMemory, instantiate } from '../../src/engine/simd/module.ts'
import { engineNames } from '../engines.ts'
import { numbers, shares, Workbench } from './workbench.ts'

const word = fc.integer({ min: 0, max: 0xffffffff })

describe('philox of the simd engine', () => {
  const memory = allocateMemory(2 * 65536)
  const wasm = instantiate(memory)
  /** The four blocks for the counters c0 .. c0 + 3. */
  const blocks = (
    [c0, c1, c2, c3]: readonly [number, number, number, number],
    [k0, k1]: readonly [number, number],
  ): number[] => {
    wasm.philox(65536, c0, c1, c2, c3, k0, k1)
    return [...new Uint32Array(memory.buffer, 65536, 16)]
  }

  // Known answers of the authors' library Random123 (file kat_vectors, philox 4x32, 10 rounds).
  it.each<[string, readonly [number, number, number, number], readonly [number, number], readonly number[]]>([
    ['zeros', [0, 0, 0, 0], [0, 0], [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]],
    [
      'ones',
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      'digits of pi',
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('gives the known answer for %s', (_name, counter, key, answer) => {
    expect(blocks(counter, key).slice(0, 4)).toEqual(answer)
  })

  it('gives four blocks that equal those of src/base/random.ts, one after another', () => {
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        const [c0, ...rest] = counter
        const wanted = [0, 1, 2, 3].flatMap((i) => {
          const out = new Uint32Array(4)
          philox(out, (c0 + i) >>> 0, ...rest, ...key)
          return [...out]
        })
        expect(blocks(counter, key)).toEqual(wanted)
      }),
    )
  })
})

interface Draw {
  readonly rows: number
  readonly width: number
  readonly source: MaskSource
  readonly threshold: number
  readonly threads?: number
}

function draw(engine: string, { rows, width, source, threshold, threads = 1 }: Draw): number[] {
  const bench = new Workbench(engine)
  const mask = bench.tensor(rows, width)
  bench.ready()
  for (const part of shares(rows, threads)) bench.kernels.drawMask(mask, part, source, threshold, 2)
  return bench.read(mask)
}

const draws = fc.record({
  rows: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 70 }),
  source: fc.record({ seed: word, purpose: word, step: word }),
  threshold: word,
})

describe('a mask', () => {
  it('is the same in both engines, and for any number of threads', () => {
    fc.assert(
      fc.property(draws, fc.integer({ min: 2, max: 5 }), (what, threads) => {
        const wanted = draw('reference', what)
        expect(draw('simd', what)).toEqual(wanted)
        expect(draw('simd', { ...what, threads })).toEqual(wanted)
      }),
    )
  })

  it.each(engineNames)('takes word i mod 4 of the counter (i / 4, row, step, 0): %s engine', (engine) => {
    const source = { seed: 11, purpose: 22, step: 33 }
    const out = new Uint32Array(4)
    philox(out, 2, 1, 33, 0, 11, 22) // elements 8 .. 11 of row 1
    for (const [lane, value] of out.entries()) {
      const at = (threshold: number) => draw(engine, { rows: 2, width: 12, source, threshold })[12 + 8 + lane]
      expect(at(value)).toBe(2)
      expect(at(value + 1)).toBe(0)
    }
  })

  it.each(engineNames)(
    'drops nothing below 0, and nearly everything below the largest word: %s',
    (engine) => {
      const all = { rows: 5, width: 33, source: { seed: 1, purpose: 2, step: 3 } }
      expect(new Set(draw(engine, { ...all, threshold: 0 }))).toEqual(new Set([2]))
      expect(new Set(draw(engine, { ...all, threshold: 0xffffffff }))).toEqual(new Set([0]))
    },
  )
})

describe.each(engineNames)('multiply and copy on the %s engine', (engine) => {
  it('do what they say, for all rows in any shares', () => {
    const [rows, width] = [7, 19]
    const [values, factors] = [numbers(rows * width, 'x', 1, true), numbers(rows * width, 'mask', 1, true)]
    const bench = new Workbench(engine)
    const [x, mask] = [bench.tensor(rows, width, values), bench.tensor(rows, width, factors)]
    const [product, same] = [bench.tensor(rows, width), bench.tensor(rows, width)]
    bench.ready()
    for (const part of shares(rows, 2)) {
      bench.kernels.multiply(x, mask, product, part)
      bench.kernels.copy(x, same, part)
    }
    expect(bench.read(product)).toEqual([...values].map((value, i) => value * (factors[i] ?? 0)))
    expect(bench.read(same)).toEqual([...values])
  })
})
