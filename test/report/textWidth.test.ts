import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { textWidth, wrap } from '../../src/report/textWidth.ts'

const { resolve } = createRequire(import.meta.url)

describe('textWidth', () => {
  it.each([
    ['400Regular/Arimo_400Regular', false],
    ['700Bold/Arimo_700Bold', true],
  ])('agrees with the font file %s for every printable ASCII character', (file, bold) => {
    const advance = advances(readFileSync(resolve(`@expo-google-fonts/arimo/${file}.ttf`)))
    for (let code = 32; code < 127; code++)
      expect(textWidth(String.fromCharCode(code), { size: 2048, bold })).toBe(advance(code))
  })

  it('is in proportion to the size and adds up', () => {
    // In Arial a digit is 1139 / 2048 em wide.
    expect(textWidth('2026', { size: 10 })).toBeCloseTo((4 * 1139 * 10) / 2048, 10)
    expect(textWidth('', { size: 10 })).toBe(0)
  })

  it('counts a character outside the basic plane once', () => {
    expect(textWidth('😀', { size: 10 })).toBe(10)
  })
})

describe('wrap', () => {
  const font = { size: 2048 }
  it('breaks between words where the line would pass the width', () => {
    // "aa" is 2278 wide, "aa aa" 5125.
    expect(wrap('aa aa aa', 5125, font)).toEqual(['aa aa', 'aa'])
    expect(wrap('aa aa aa', 5124, font)).toEqual(['aa', 'aa', 'aa'])
  })

  it('keeps a long word whole and drops nothing', () => {
    expect(wrap('a bbbbbbbbbb c', 2000, font)).toEqual(['a', 'bbbbbbbbbb', 'c'])
  })

  it('gives no line for no words', () => {
    expect(wrap('  ', 100, font)).toEqual([])
  })
})

/** Reads advance widths from a TrueType file: tables cmap (format 4) and hmtx. */
function advances(file: Buffer): (code: number) => number {
  const tables = new Map<string, number>()
  for (let i = 0; i < file.readUInt16BE(4); i++) {
    const record = 12 + 16 * i
    tables.set(file.toString('latin1', record, record + 4), file.readUInt32BE(record + 8))
  }
  const table = (name: string) => tables.get(name) ?? Number.NaN
  expect(file.readUInt16BE(table('head') + 18)).toBe(2048) // units per em
  const longMetrics = file.readUInt16BE(table('hhea') + 34)

  const cmap = table('cmap')
  const subtables = Array.from(
    { length: file.readUInt16BE(cmap + 2) },
    (_, i) => cmap + file.readUInt32BE(cmap + 8 + 8 * i),
  )
  const sub = subtables.find((at) => file.readUInt16BE(at) === 4) ?? Number.NaN
  const segments = file.readUInt16BE(sub + 6) / 2
  const glyph = (code: number) => {
    for (let i = 0; i < segments; i++) {
      const [end, start, delta, rangeAt] = [14, 16 + 2 * segments, 16 + 4 * segments, 16 + 6 * segments].map(
        (part) => sub + part + 2 * i,
      )
      if (end === undefined || start === undefined || delta === undefined || rangeAt === undefined) break
      if (code > file.readUInt16BE(end)) continue
      const range = file.readUInt16BE(rangeAt)
      const first = file.readUInt16BE(start)
      if (range === 0) return (code + file.readUInt16BE(delta)) & 0xffff
      return (file.readUInt16BE(rangeAt + range + 2 * (code - first)) + file.readUInt16BE(delta)) & 0xffff
    }
    return 0
  }
  return (code) => file.readUInt16BE(table('hmtx') + 4 * Math.min(glyph(code), longMetrics - 1))
}
