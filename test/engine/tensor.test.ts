import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { paddedRows, share } from '../../src/engine/tensor.ts'

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

it('paddedRows rounds up to fours', () => {
  expect([0, 1, 3, 4, 5, 8].map(paddedRows)).toEqual([0, 4, 4, 4, 8, 8])
})
