import { crc32, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodePng } from '../../src/plot/png.ts'
import { decodePng } from './pixels.ts'

describe('encodePng', () => {
  it('keeps every pixel of grey and colour images', () => {
    const image = fc
      .record({
        width: fc.integer({ min: 1, max: 9 }),
        height: fc.integer({ min: 1, max: 9 }),
        channels: fc.constantFrom<(1 | 3)[]>(1, 3),
      })
      .chain((shape) => {
        const size = shape.width * shape.height * shape.channels
        return fc.uint8Array({ minLength: size, maxLength: size }).map((pixels) => ({ ...shape, pixels }))
      })
    fc.assert(
      fc.property(image, ({ pixels, width, height, channels }) => {
        const picture = decodePng(encodePng(pixels, { width, height, channels }))
        expect([picture.width, picture.height]).toEqual([width, height])
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++) {
            const pixel = [...pixels.subarray((y * width + x) * channels).subarray(0, channels)]
            expect(picture.at(x, y)).toEqual(channels === 1 ? [pixel[0], pixel[0], pixel[0]] : pixel)
          }
      }),
    )
  })

  it('writes images of more than one stored block', () => {
    const pixels = Uint8Array.from({ length: 300 * 300 }, (_, i) => (i * 31) & 255)
    const picture = decodePng(encodePng(pixels, { width: 300, height: 300, channels: 1 }))
    expect(picture.at(299, 299)).toEqual([89999, 89999, 89999].map((i) => (i * 31) & 255))
    expect(picture.at(17, 218)[0]).toBe(((218 * 300 + 17) * 31) & 255)
  })

  it('has the check sums that zlib computes', () => {
    const png = Buffer.from(encodePng(Uint8Array.of(7, 8), { width: 2, height: 1, channels: 1 }))
    for (const type of ['IHDR', 'IDAT', 'IEND']) {
      const at = png.indexOf(type)
      const end = at + 4 + png.readUInt32BE(at - 4)
      expect(png.readUInt32BE(end)).toBe(crc32(png.subarray(at, end)))
    }
    // inflateSync checks Adler-32 itself.
    const data = png.indexOf('IDAT') + 4
    expect([...inflateSync(png.subarray(data, data + png.readUInt32BE(data - 8)))]).toEqual([0, 7, 8])
  })
})
