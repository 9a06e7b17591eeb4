import { describe, expect, it } from 'vitest'
import { base64 } from '../../src/plot/base64.ts'
import { subsetFont } from '../../src/plot/fontSubset.ts'
import { embedFonts, fontFiles } from '../../src/plot/fonts.node.ts'
import { toSvg } from '../../src/plot/render.node.ts'
import { tilesSvg } from '../../src/plot/tiles.ts'

const figure = tilesSvg([{ image: new Uint8Array(4), lines: ['a < b & "c"'] }], {
  title: 'Title',
  height: 2,
  width: 2,
  channels: 1,
  columns: 1,
})

describe('embedFonts', () => {
  it('embeds the characters of each weight, and nothing more', async () => {
    const { regular, bold } = await fontFiles()
    const data = (file: Uint8Array, text: string) =>
      base64(
        subsetFont(
          file,
          [...text].map((character) => character.charCodeAt(0)),
        ),
      )
    const svg = await embedFonts(figure)
    const faces = [
      ...svg.matchAll(
        /@font-face\{font-family:Arimo;font-weight:(\w+);src:url\(data:font\/ttf;base64,([^)]*)\)\}/g,
      ),
    ]
    expect(faces.map(([, weight, face]) => [weight, face])).toEqual([
      ['normal', data(regular, 'a<b&"c" ')],
      ['bold', data(bold, 'Title')],
    ])
  })

  it('changes nothing else', async () => {
    const svg = await embedFonts(figure)
    expect(svg.replace(/<style>\/\*.*?<\/style>/s, '')).toBe(figure)
  })

  it('names the authors and the license of the font', async () => {
    expect(await embedFonts(figure)).toMatch(
      /Copyright 2020 The Arimo Project Authors .* SIL Open Font License 1\.1/,
    )
  })

  it('leaves a figure without text as it is', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"></svg>'
    expect(await embedFonts(svg)).toBe(svg)
  })
})

describe('toSvg', () => {
  const spec = { title: 'Title', mark: 'point' as const, data: { values: [] } }

  it('embeds the font unless told otherwise', async () => {
    const bare = await toSvg(spec, { embedFonts: false })
    expect(bare).not.toContain('@font-face')
    expect(await toSvg(spec)).toBe(await embedFonts(bare))
  })
})
