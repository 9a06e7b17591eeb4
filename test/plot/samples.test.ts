import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/base/errors.ts'
import { toPng } from '../../src/plot/render.node.ts'
import { samplesSvg } from '../../src/plot/samples.ts'
import { decodePng } from './pixels.ts'

const colours = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 0)

describe('samplesSvg', () => {
  it('shows every pixel as a sharp square, also after it became a PNG', async () => {
    const svg = samplesSvg([{ label: 'rgb', images: [colours] }], {
      height: 2,
      width: 2,
      channels: 3,
      title: 'T',
    })
    const picture = decodePng(await toPng(svg, { scale: 2 }))
    // 2 x 2 pixels, each 28 larger, at scale 2: four squares of 56 x 56 without a mixed colour between them.
    for (const colour of [
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
      [255, 255, 0],
    ] as const)
      expect(picture.count(colour)).toBe(56 * 56)
  })

  it('shows grey images', async () => {
    const svg = samplesSvg([{ label: 'grey', images: [Uint8Array.of(10, 200)] }], {
      height: 1,
      width: 2,
      channels: 1,
      title: 'T',
    })
    const picture = decodePng(await toPng(svg, { scale: 1 }))
    const [, left, top] = (/<image x="(\d+)" y="(\d+)" width="56" height="28"/.exec(svg) ?? []).map(Number)
    for (let y = 0; y < 28; y++)
      for (let x = 0; x < 56; x++)
        expect(picture.at((left ?? 0) + x, (top ?? 0) + y)[0]).toBe(x < 28 ? 10 : 200)
  })

  it('writes title, banner and labels, escaped, and is the same every time', () => {
    const draw = () =>
      samplesSvg([{ label: 'a < b & "c"', images: [colours] }], {
        height: 2,
        width: 2,
        channels: 3,
        title: 'Samples',
        banner: 'SYNTHETIC DATA',
      })
    expect(draw()).toContain('>a &lt; b &amp; &quot;c&quot;</text>')
    expect(draw()).toContain('>Samples</text>')
    expect(draw()).toMatch(/fill="#B3001B">SYNTHETIC DATA</)
    expect(draw()).toBe(draw())
  })

  it('makes room for the longest row and the longest label', () => {
    const size = (label: string, images: number) => {
      const rows = [{ label, images: Array.from({ length: images }, () => colours) }]
      const svg = samplesSvg(rows, { height: 2, width: 2, channels: 3, title: 'T' })
      return Number(/ width="(\d+)"/.exec(svg)?.[1])
    }
    expect(size('label', 11) - size('label', 10)).toBe(60) // an image of 56 and a gap of 4
    expect(size('a longer label', 10)).toBeGreaterThan(size('label', 10))
  })

  it('draws an empty grid', async () => {
    const svg = samplesSvg([], { height: 2, width: 2, channels: 1, title: 'Nothing' })
    expect(decodePng(await toPng(svg, { scale: 1 })).width).toBeGreaterThan(0)
  })

  it('refuses images of another size and channels it cannot show', () => {
    const grid = { height: 2, width: 2, channels: 3, title: 'T' }
    expect(() => samplesSvg([{ label: 'Coat', images: [new Uint8Array(11)] }], grid)).toThrow(
      'samples of "Coat": an image has 11 bytes. 2 x 2 x 3 needs 12.',
    )
    expect(() => samplesSvg([], { ...grid, channels: 2 })).toThrow(ShapeError)
  })
})
