import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { philox, Random } from '../../src/base/random.ts'

const hex = (words: Iterable<number>) =>
  Array.from(words, (word) => word.toString(16).padStart(8, '0')).join(' ')

/** Philox4x32-10 with bigints, as the paper writes it. */
function slowPhilox(counter: readonly number[], key: readonly number[]): string {
  const mask = 0xffffffffn
  let [c0 = 0n, c1 = 0n, c2 = 0n, c3 = 0n] = counter.map(BigInt)
  let [k0 = 0n, k1 = 0n] = key.map(BigInt)
  for (let round = 0; round < 10; round++) {
    const [product0, product1] = [0xd2511f53n * c0, 0xcd9e8d57n * c2]
    ;[c0, c1, c2, c3] = [
      (product1 >> 32n) ^ c1 ^ k0,
      product1 & mask,
      (product0 >> 32n) ^ c3 ^ k1,
      product0 & mask,
    ]
    k0 = (k0 + 0x9e3779b9n) & mask
    k1 = (k1 + 0xbb67ae85n) & mask
  }
  return hex([c0, c1, c2, c3].map(Number))
}

describe('philox', () => {
  // Known answers of the authors' library Random123 (file kat_vectors, philox 4x32, 10 rounds).
  it.each<[string, readonly [number, number, number, number], readonly [number, number], string]>([
    ['zeros', [0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [
      'ones',
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    ],
    [
      'digits of pi',
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    ],
  ])('gives the known answer for %s', (_name, counter, key, expected) => {
    const out = new Uint32Array(4)
    philox(out, ...counter, ...key)
    expect(hex(out)).toBe(expected)
  })

  it('equals the same generator written with bigints', () => {
    const word = fc.integer({ min: 0, max: 0xffffffff })
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        const out = new Uint32Array(4)
        philox(out, ...counter, ...key)
        expect(hex(out)).toBe(slowPhilox(counter, key))
      }),
    )
  })
})

describe('Random', () => {
  it('takes 53 bits of the block for (index, stream, attempt 0) under the key (seed, hash of the purpose)', () => {
    // FNV-1a of the empty text is its offset basis.
    const key = [7, 0x811c9dc5]
    const [word0 = 0, word1 = 0] = slowPhilox([5, 1, 3, 0], key)
      .split(' ')
      .map((word) => Number.parseInt(word, 16))
    const expected = ((word0 >>> 5) * 2 ** 26 + (word1 >>> 6)) / 2 ** 53
    expect(new Random(7, '', 3).uniform(2 ** 32 + 5)).toBe(expected)
  })

  it('gives the same numbers in any order, and others for another seed, purpose, stream or index', () => {
    const random = new Random(1, 'shuffle', 2)
    const later = random.uniform(9)
    random.normal(3)
    expect(random.uniform(9)).toBe(later)
    const others = [
      new Random(2, 'shuffle', 2).uniform(9),
      new Random(1, 'shuffles', 2).uniform(9),
      new Random(1, 'shuffle', 3).uniform(9),
      random.uniform(10),
    ]
    expect(new Set([later, ...others]).size).toBe(5)
  })

  // The bounds below are 5 standard errors of the estimate; the numbers are the same at every run.
  const count = 100_000
  const moments = (draw: (index: number) => number) => {
    let [mean, square, fourth] = [0, 0, 0]
    for (let i = 0; i < count; i++) mean += draw(i) / count
    for (let i = 0; i < count; i++) square += (draw(i) - mean) ** 2 / count
    for (let i = 0; i < count; i++) fourth += (draw(i) - mean) ** 4 / count
    return { mean, variance: square, kurtosis: fourth / square ** 2 }
  }

  it('uniform: mean 1/2, variance 1/12, kurtosis 9/5, and inside [0, 1)', () => {
    const random = new Random(1, 'uniform')
    const { mean, variance, kurtosis } = moments((i) => random.uniform(i))
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / count))
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / count))
    expect(Math.abs(kurtosis - 9 / 5)).toBeLessThan(0.02)
    for (let i = 0; i < 1000; i++) {
      expect(random.uniform(i)).toBeGreaterThanOrEqual(0)
      expect(random.uniform(i)).toBeLessThan(1)
    }
  })

  it('normal: mean 0, variance 1, kurtosis 3, and the shares within one and two deviations', () => {
    const random = new Random(1, 'normal')
    const { mean, variance, kurtosis } = moments((i) => random.normal(i))
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(1 / count))
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / count))
    expect(Math.abs(kurtosis - 3)).toBeLessThan(5 * Math.sqrt(24 / count))
    const within = (limit: number) => {
      let inside = 0
      for (let i = 0; i < count; i++) if (Math.abs(random.normal(i)) < limit) inside++
      return inside / count
    }
    expect(within(1)).toBeCloseTo(0.6827, 2)
    expect(within(2)).toBeCloseTo(0.9545, 2)
  })

  it('integer: every value of a small range about equally often', () => {
    const random = new Random(1, 'integer')
    const seen = new Uint32Array(7)
    for (let i = 0; i < 70_000; i++) {
      const value = random.integer(i, 7)
      seen[value] = (seen[value] ?? 0) + 1
    }
    // Chi squared with 6 degrees of freedom is above 27.9 once in ten thousand.
    const chiSquared = seen.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)
    expect(chiSquared).toBeLessThan(27.9)
  })

  it('permute: every number once, for any length', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(), (length, seed) => {
        const order = new Random(seed, 'permutation').permute(new Uint32Array(length))
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i))
      }),
    )
  })

  it('permute: all six orders of three about equally often', () => {
    const seen = new Map<string, number>()
    for (let seed = 0; seed < 6000; seed++) {
      const order = new Random(seed, 'permutation').permute(new Uint32Array(3)).join()
      seen.set(order, (seen.get(order) ?? 0) + 1)
    }
    expect(seen.size).toBe(6)
    // Chi squared with 5 degrees of freedom is above 25.7 once in ten thousand.
    const chiSquared = [...seen.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)
    expect(chiSquared).toBeLessThan(25.7)
  })
})
