import { describe, expect, it } from 'vitest'
import { ConfigError, OutputError } from '../../src/base/errors.ts'
import { confusionSpec } from '../../src/plot/confusion.ts'
import { learningCurveSpec } from '../../src/plot/learningCurve.ts'
import { toPng, toSvg } from '../../src/plot/render.node.ts'
import { decodePng } from './pixels.ts'

const curve = learningCurveSpec({
  title: 'Curve',
  epochs: [
    { epoch: 1, series: 'train', accuracy: 0.8, loss: 0.6 },
    { epoch: 2, series: 'train', accuracy: 0.9, loss: 0.4 },
  ],
})
const matrix = confusionSpec({
  classes: ['a', 'b'],
  counts: [
    [1, 2],
    [3, 4],
  ],
  title: 'Matrix',
})

describe('toSvg', () => {
  it('is one picture to a screen reader, named by the description', async () => {
    const svg = await toSvg({ ...curve, description: 'a < b & "c"' })
    expect(svg).toMatch(/^<svg role="img" aria-label="a &lt; b &amp; &quot;c&quot;" /)
  })

  it("takes $& and $' in a name for what they are", async () => {
    const svg = await toSvg({ ...curve, description: "a $& b $' c" })
    expect(svg).toMatch(/^<svg role="img" aria-label="a \$&amp; b \$' c" /)
  })

  it('gives the same text again, also when other figures are drawn at the same time', async () => {
    const [first, other, second] = await Promise.all([toSvg(curve), toSvg(matrix), toSvg(curve)])
    expect(second).toBe(first)
    expect(await toSvg(matrix)).toBe(other)
  })

  it('numbers clip paths from 1 in every figure', async () => {
    const clipped = { data: { values: [{ a: 1 }] }, mark: { type: 'bar' as const, clip: true }, encoding: {} }
    const first = await toSvg(clipped)
    expect(first).toContain('id="clip1"')
    expect(await toSvg(clipped)).toBe(first)
  })

  it('measures text with the widths of its font: a title as wide as the figure needs no more room', async () => {
    const width = async (text: string) => {
      const svg = await toSvg({
        title: { text, fontSize: 20, fontWeight: 'normal' },
        width: 10,
        height: 10,
        padding: 0,
        mark: 'point',
        data: { values: [] },
      })
      return Number(/width="([\d.]+)"/.exec(svg)?.[1])
    }
    // 50 times "i" is 50 * 455 / 2048 * 20 = 222 pixels; Vega's own guess would be 800.
    expect(await width('i'.repeat(50))).toBeLessThan(240)
    expect(await width('i'.repeat(50))).toBeGreaterThan(221)
  })

  it('reads no data from outside', async () => {
    await expect(toSvg({ data: { url: '/etc/hostname' }, mark: 'point' })).rejects.toThrow(
      '/etc/hostname: a figure may only use data that it holds itself.',
    )
  })

  it('says so when the specification cannot be drawn', async () => {
    const broken = {
      data: { values: [{ a: 1 }] },
      transform: [{ calculate: 'nonsense(', as: 'b' }],
      mark: 'point' as const,
    }
    await expect(toSvg(broken)).rejects.toThrow(ConfigError)
    // and the next figure is drawn all the same
    expect(await toSvg(matrix)).toContain('<svg')
  })
})

describe('toPng', () => {
  it('has the size of the SVG times the scale', async () => {
    const svg = await toSvg(curve)
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? []
    for (const scale of [1, 2]) {
      const picture = decodePng(await toPng(svg, { scale }))
      expect([picture.width, picture.height]).toEqual([Number(width) * scale, Number(height) * scale])
    }
  })

  it('is not blank: most is white, and the curve has its colour', async () => {
    const picture = decodePng(await toPng(await toSvg(curve), { scale: 1 }))
    const pixels = picture.width * picture.height
    expect(picture.count([255, 255, 255])).toBeGreaterThan(0.8 * pixels)
    expect(picture.count([255, 255, 255])).toBeLessThan(0.99 * pixels)
    expect(picture.count([0x00, 0x72, 0xb2])).toBeGreaterThan(100)
  })

  it('draws text, in regular and bold, with any family', async () => {
    const inked = async (attributes: string) => {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><text x="5" y="30" font-size="30" ${attributes}>Hello</text></svg>`
      const picture = decodePng(await toPng(svg, { scale: 1 }))
      return 200 * 40 - picture.count([255, 255, 255])
    }
    const regular = await inked('font-family="Arimo, Arial, sans-serif"')
    expect(regular).toBeGreaterThan(300)
    expect(await inked('font-family="Arimo" font-weight="bold"')).toBeGreaterThan(1.1 * regular)
    expect(await inked('font-family="sans-serif"')).toBe(regular)
    expect(await inked('font-family="No Such Font"')).toBeGreaterThan(0)
  })

  it('gives the same bytes again', async () => {
    const svg = await toSvg(matrix)
    expect(await toPng(svg, { scale: 1 })).toEqual(await toPng(svg, { scale: 1 }))
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e9])('refuses the scale %d', async (scale) => {
    await expect(toPng(await toSvg(matrix), { scale })).rejects.toThrow(ConfigError)
  })

  it('refuses what is not SVG', async () => {
    await expect(toPng('not an svg', { scale: 1 })).rejects.toThrow(OutputError)
  })
})
