import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { textWidth, wrap } from '../../src/plot/textWidth.ts'
import { advances } from './advances.ts'

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
