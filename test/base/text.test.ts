import { describe, expect, it } from 'vitest'
import { decodeText, nameProblem, visible, visibleLines } from '../../src/base/text.ts'

describe('visible', () => {
  it('writes out what a terminal would obey', () => {
    expect(visible('a\u001b[31mb\u009bc\u0007\r\n\u202e')).toBe(
      'a\\u001b[31mb\\u009bc\\u0007\\u000d\\u000a\\u202e',
    )
    expect(visible('Käse, 靴, 👟 $& <b>')).toBe('Käse, 靴, 👟 $& <b>')
    expect(visible('\ud800')).toBe('\\ud800')
    expect(visible('a\u061cb')).toBe('a\\u061cb')
  })

  it('keeps line ends and tabs of whole messages', () => {
    expect(visibleLines('a\n\tb\r\nc\rd\u001b')).toBe('a\n\tb\r\nc\\u000dd\\u001b')
  })
})

describe('nameProblem', () => {
  it.each([
    ['T-shirt/top', undefined],
    ["$' $& <b>", undefined],
    [' ', 'is empty'],
    ['a\u001b', 'has the control character \\u001b'],
    ['x'.repeat(201), 'is longer than 200 characters'],
  ])('%j', (name, problem) => {
    expect(nameProblem(name)).toBe(problem)
  })
})

describe('decodeText', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values)
  it('reads UTF-8, with and without a byte order mark', () => {
    expect(decodeText(new TextEncoder().encode('Käse\n'), 'f')).toBe('Käse\n')
    expect(decodeText(new TextEncoder().encode('\ufeffKäse'), 'f')).toBe('Käse')
  })

  it('names the line that is not UTF-8', () => {
    // "K", then an a with diaeresis of Latin-1.
    expect(() => decodeText(bytes(0x61, 0x0a, 0x4b, 0xe4, 0x73, 0x65, 0x0a), 'classes.txt')).toThrow(
      'classes.txt: line 2 is not UTF-8. Save the file as UTF-8.',
    )
  })
})
