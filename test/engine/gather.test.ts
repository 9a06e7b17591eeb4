import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Gatherer, planPixels } from '../../src/engine/gather.ts'
import { Arena, planBytes, planDoubles } from '../../src/engine/memory.ts'

it('copies the images and labels that the order names, for its rows only, at any size and alignment', () => {
  const sizes = fc.record({
    features: fc.integer({ min: 1, max: 40 }),
    offset: fc.nat(3),
    count: fc.integer({ min: 1, max: 12 }),
    order: fc.array(fc.nat(), { minLength: 1, maxLength: 9 }),
    start: fc.nat(3),
  })
  fc.assert(
    fc.property(sizes, ({ features, offset, count, order, start }) => {
      const images = new Uint8Array(new ArrayBuffer(offset + count * features + 3), offset, count * features)
      for (const i of images.keys()) images[i] = (i * 37 + 11) % 256
      const labels = Uint8Array.from({ length: count }, (_, i) => 100 + i)
      const indices = Uint32Array.from([9, 9, 9].slice(0, start).concat(order), (index) => index % count)

      const arena = new Arena()
      const pixels = planPixels(arena, order.length, features)
      const places = planBytes(arena, 16)
      const results = { labels: places, losses: planDoubles(arena, 16), predictions: planBytes(arena, 16) }
      arena.commit(new ArrayBuffer(arena.bytes))
      const rows = { first: Math.min(1, order.length - 1), end: order.length }
      new Gatherer({ images, labels }, { height: 1, width: features, channels: 1 }).run(
        indices,
        start,
        rows,
        pixels,
        results,
      )

      for (let m = 0; m < order.length; m++) {
        const index = indices[start + m] ?? 0
        const row = pixels.block.data.subarray(m * pixels.stride, m * pixels.stride + features)
        const written = m >= rows.first
        expect(results.labels.data[m]).toBe(written ? labels[index] : 0)
        expect([...row]).toEqual(
          written ? [...images.subarray(index * features, (index + 1) * features)] : [...row].fill(0),
        )
      }
    }),
  )
})
