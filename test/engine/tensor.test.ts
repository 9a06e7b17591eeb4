import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { paddedRows, share, shareByWork } from '../../src/engine/tensor.ts'

describe('share', () => {
  it('worked by hand: 10 rows in fours for two threads', () => {
    expect(share(10, 0, 2, 4)).toEqual({ first: 0, end: 4 })
    expect(share(10, 1, 2, 4)).toEqual({ first: 4, end: 10 })
  })

  it('covers everything once, in order, starting at multiples of the tile, nearly equally', () => {
    const tile = fc.constantFrom(1, 4, 8)
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 20 }), tile, (count, parts, size) => {
        let end = 0
        const tiles: number[] = []
        for (let index = 0; index < parts; index++) {
          const part = share(count, index, parts, size)
          expect(part.first).toBe(end)
          expect(part.end).toBeGreaterThanOrEqual(part.first)
          if (part.end > part.first) expect(part.first % size).toBe(0)
          end = part.end
          tiles.push(Math.ceil((part.end - part.first) / size))
        }
        expect(end).toBe(count)
        expect(Math.max(...tiles) - Math.min(...tiles)).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('share by work', () => {
  const shares = (work: readonly number[], parts: number, tile: number) =>
    Array.from({ length: parts }, (_, index) => shareByWork(work, index, parts, tile))

  it('worked by hand: two threads, tiles of two rows with 1, 1, 2 and 4 to do', () => {
    expect(shares([1, 0, 1, 0, 1, 1, 2, 2], 2, 2)).toEqual([
      { first: 0, end: 6 },
      { first: 6, end: 8 },
    ])
  })

  it('gives three threads the middle of an image and its dark ends', () => {
    expect(shares([0, 0, 5, 5, 5, 0, 0], 3, 1)).toEqual([
      { first: 0, end: 3 },
      { first: 3, end: 4 },
      { first: 4, end: 7 },
    ])
  })

  it('covers everything once, in order, starting at multiples of the tile, a tile from equal work at most', () => {
    const work = fc.array(fc.nat(9), { maxLength: 200 })
    const tile = fc.constantFrom(1, 4, 8)
    fc.assert(
      fc.property(work, fc.integer({ min: 1, max: 9 }), tile, (rows, parts, size) => {
        const sum = (first: number, end: number) => rows.slice(first, end).reduce((a, b) => a + b, 0)
        let end = 0
        for (const part of shares(rows, parts, size)) {
          expect(part.first).toBe(end)
          expect(part.end).toBeGreaterThanOrEqual(part.first)
          if (part.end > part.first) expect(part.first % size).toBe(0)
          expect(sum(part.first, part.end)).toBeLessThanOrEqual(sum(0, rows.length) / parts + 9 * size)
          end = part.end
        }
        expect(end).toBe(rows.length)
      }),
    )
  })

  it('is the plain share where all rows are the same work', () => {
    const even = new Array<number>(784).fill(1.1)
    for (const parts of [1, 2, 7]) {
      const plain = Array.from({ length: parts }, (_, index) => share(784, index, parts, 8))
      expect(shares(even, parts, 8)).toEqual(plain)
    }
  })
})

it('paddedRows rounds up to fours', () => {
  expect([0, 1, 3, 4, 5, 8].map(paddedRows)).toEqual([0, 4, 4, 4, 8, 8])
})
