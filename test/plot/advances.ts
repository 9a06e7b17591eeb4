import { expect } from 'vitest'

/** Reads advance widths from a TrueType file: tables cmap (format 4) and hmtx. */
export function advances(file: Buffer): (code: number) => number {
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
      if (code < first) return 0
      if (range === 0) return (code + file.readUInt16BE(delta)) & 0xffff
      const found = file.readUInt16BE(rangeAt + range + 2 * (code - first))
      return found === 0 ? 0 : (found + file.readUInt16BE(delta)) & 0xffff
    }
    return 0
  }
  return (code) => file.readUInt16BE(table('hmtx') + 4 * Math.min(glyph(code), longMetrics - 1))
}
