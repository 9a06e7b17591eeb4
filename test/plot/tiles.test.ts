import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/base/errors.ts'
import { tilesSvg } from '../../src/plot/tiles.ts'
import { hasMargins } from './margins.ts'
import { texts } from './texts.ts'

const image = Uint8Array.of(0, 80, 160, 255)
const figure = { title: 'Mistakes', height: 2, width: 2, channels: 1, columns: 3 }
const tile = (i: number) => ({ image, lines: [`Ankle boot ${i}`, 'is: Sneaker', `<${i} %>`] })

describe('tilesSvg', () => {
  it('shows each image with its lines below it, so many side by side', async () => {
    const svg = tilesSvg([1, 2, 3, 4].map(tile), figure)
    const places = [...svg.matchAll(/<image x="([\d.]+)" y="([\d.]+)"/g)].map(([, x, y]) => [
      Number(x),
      Number(y),
    ])
    expect(new Set(places.map(([x]) => x)).size).toBe(3)
    expect(new Set(places.map(([, y]) => y)).size).toBe(2)
    expect(texts(svg)).toEqual(expect.arrayContaining(['Mistakes', 'Ankle boot 4', '&lt;4 %&gt;']))
    expect(await hasMargins(svg)).toBe(true)
  })

  it('says every line in its alt text', () => {
    expect(tilesSvg([tile(1)], figure)).toContain(
      'aria-label="Mistakes. Image 1: Ankle boot 1, is: Sneaker, &lt;1 %&gt;."',
    )
  })

  it('draws nothing but the heading without images', async () => {
    expect(await hasMargins(tilesSvg([], figure))).toBe(true)
  })

  it('refuses an image of another size', () => {
    expect(() => tilesSvg([{ image: Uint8Array.of(1), lines: [] }], figure)).toThrow(ShapeError)
  })
})
