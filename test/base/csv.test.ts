import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Row, toCsv } from '../../src/base/csv.ts'

describe('toCsv', () => {
  it('writes a header and a line for each row, with an empty field where a row has no value', () => {
    const rows: Row[] = [
      { epoch: 1, trainLoss: 0.1 + 0.2, testLoss: null },
      { epoch: 2, trainLoss: 1e-7, note: 'best' },
    ]
    expect(toCsv(rows)).toBe(
      'epoch,trainLoss,testLoss,note\r\n' + '1,0.30000000000000004,,\r\n' + '2,1e-7,,best\r\n',
    )
  })

  it('quotes commas, quotation marks and line ends, and nothing else', () => {
    expect(toCsv([{ 'a,b': 'say "hi"', c: 'two\nlines', d: 'plain text' }])).toBe(
      '"a,b",c,d\r\n"say ""hi""","two\nlines",plain text\r\n',
    )
  })

  it('leaves NaN and infinities empty, as JSON has null for them', () => {
    expect(toCsv([{ a: Number.NaN, b: Number.POSITIVE_INFINITY, c: -0.5 }])).toBe('a,b,c\r\n,,-0.5\r\n')
  })

  it('is empty for no rows', () => {
    expect(toCsv([])).toBe('')
  })

  it('keeps text from being a formula, and numbers what they are', () => {
    const rows = ['=1+1', '+a', '-a', '@a', '\t=1', '-0.5', '+1e3', -0.5].map((a) => ({ a }))
    expect(toCsv(rows)).toBe("a\r\n'=1+1\r\n'+a\r\n'-a\r\n'@a\r\n'\t=1\r\n-0.5\r\n+1e3\r\n-0.5\r\n")
  })

  it('reads back as what was written', () => {
    const plain = (text: string): boolean => !/^[=+\-@\t\r]/.test(text)
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
      fc.string({ minLength: 1 }).filter(plain),
      fc.constantFrom('a,b', '"', 'a\r\n', '""', ' padded '),
      fc.constant(null),
    )
    const rows = fc
      .uniqueArray(fc.oneof(fc.string().filter(plain), fc.constantFrom('__proto__', 'constructor')), {
        minLength: 1,
        maxLength: 4,
      })
      .chain((keys) =>
        fc.array(
          fc.tuple(...keys.map(() => value)).map((values) => [keys, values] as const),
          { minLength: 1 },
        ),
      )
    fc.assert(
      fc.property(rows, (pairs) => {
        const table = pairs.map(([keys, values]) =>
          Object.fromEntries(keys.map((key, i) => [key, values[i] ?? null])),
        )
        const [header, ...lines] = readCsv(toCsv(table))
        // Keys that look like whole numbers come first in every JavaScript object.
        expect(header).toEqual(Object.keys(table[0] ?? {}))
        expect(lines).toEqual(
          table.map((row) => Object.values(row).map((cell) => (cell === null ? '' : String(cell)))),
        )
      }),
    )
  })
})

/** A reader for RFC 4180, one character at a time. */
function readCsv(text: string): string[][] {
  const lines: string[][] = []
  let line: string[] = []
  let field = ''
  let inQuotes = false
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? ''
    if (inQuotes && character === '"' && text[i + 1] === '"') {
      field += '"'
      i++
    } else if (character === '"') inQuotes = !inQuotes
    else if (!inQuotes && character === ',') {
      line.push(field)
      field = ''
    } else if (!inQuotes && character === '\r' && text[i + 1] === '\n') {
      lines.push([...line, field])
      line = []
      field = ''
      i++
    } else field += character
  }
  return lines
}
