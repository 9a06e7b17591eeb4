import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Resvg } from '@resvg/resvg-wasm'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { OutputError } from '../../src/base/errors.ts'
import { subsetFont } from '../../src/plot/fontSubset.ts'
import { toPng } from '../../src/plot/render.node.ts'
import { advances } from './advances.ts'

const { resolve } = createRequire(import.meta.url)
const arimo = readFileSync(resolve('@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf'))
const codesOf = (text: string) => [...text].map((character) => character.codePointAt(0) ?? 0)

describe('subsetFont', () => {
  // Loads the module of the rasteriser.
  beforeAll(() => toPng('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', { scale: 1 }))

  it.each([
    'Hello, 1.25 %',
    'café, Größe, ½, ﬁ', // composite glyphs
    'Ελληνικά Кириллица',
    '− × → ≤ … “ ”',
  ])('draws "%s" as the whole font does', (text) => {
    // Each letter on its own, because only the whole font has kerning.
    const letters = [...text].map((letter, i) => `<text x="${30 * i}" y="30" font-size="24">${letter}</text>`)
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${30 * letters.length}" height="40">${letters.join('')}</svg>`
    const drawn = (font: Uint8Array) =>
      new Resvg(svg, { font: { fontBuffers: [font], defaultFontFamily: 'Arimo' } }).render().asPng()
    expect(Buffer.from(drawn(subsetFont(arimo, codesOf(text)))).equals(drawn(arimo))).toBe(true)
    expect(Buffer.from(drawn(subsetFont(arimo, codesOf('x')))).equals(drawn(arimo))).toBe(false)
  })

  it('keeps the width of every character asked for, and no other character', () => {
    const whole = advances(arimo)
    const anyCode = fc.integer({ min: 32, max: 0x24ff })
    fc.assert(
      fc.property(fc.array(anyCode, { maxLength: 40 }), anyCode, (codes, other) => {
        const part = advances(Buffer.from(subsetFont(arimo, codes)))
        for (const code of codes) expect(part(code)).toBe(whole(code))
        if (!codes.includes(other)) expect(part(other)).toBe(part(0xfffe))
      }),
      { numRuns: 50 },
    )
  })

  it('depends on the set of characters alone', () => {
    expect(subsetFont(arimo, codesOf('cabbage'))).toEqual(subsetFont(arimo, codesOf('abceg')))
  })

  it('has the checksum that the format asks for', () => {
    const file = Buffer.from(subsetFont(arimo, codesOf('sum')))
    let sum = 0
    for (let at = 0; at < file.length; at += 4) sum = (sum + file.readUInt32BE(at)) >>> 0
    expect(sum).toBe(0xb1b0afba)
  })

  it('keeps copyright and license', () => {
    const texts = Buffer.from(subsetFont(arimo, [])).swap16().toString('utf16le')
    expect(texts).toContain('Copyright 2020 The Arimo Project Authors')
    expect(texts).toContain('SIL Open Font License, Version 1.1')
  })

  it('is small', () => {
    const ascii = Array.from({ length: 95 }, (_, i) => 32 + i)
    expect(subsetFont(arimo, ascii).length).toBeLessThan(14_000)
  })

  it.each([
    ['no bytes', new Uint8Array()],
    ['text', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a font without tables', Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)],
  ])('refuses %s', (_, file) => {
    expect(() => subsetFont(file, [65])).toThrow(OutputError)
  })
})
