import { OutputError } from '../base/errors.ts'
import {
  copied,
  joined,
  padded,
  part,
  readTables,
  searchHints,
  type Tables,
  writeTables,
  zeros,
} from './sfnt.ts'

/**
 * A TrueType font with the glyphs of some characters only, to embed in a figure.
 *
 * Kerning, ligatures and hinting are left out: a line of text is as wide as the sum of its advance widths, which is
 * what textWidth.ts measures. The names of the copyright and the license stay. Equal arguments give equal bytes.
 *
 * @param file a TrueType file whose outlines need no hinting program
 * @param characters code points; those that the font lacks are left out
 * @throws OutputError for a file that is not such a font
 */
export function subsetFont(file: Uint8Array, characters: Iterable<number>): Uint8Array<ArrayBuffer> {
  const tables = readTables(file)
  const glyphOf = readCharacterMap(tables('cmap'))
  const wanted = [...new Set(characters)].sort((a, b) => a - b).filter((code) => glyphOf(code) !== 0)
  const outlineOf = readOutlines(tables)
  const glyphs = withParts([0, ...wanted.map(glyphOf)], outlineOf)
  const numbers = new Map(glyphs.map((glyph, number) => [glyph, number]))
  const numberOf = (glyph: number) => numbers.get(glyph) ?? 0
  const outlines = glyphs.map((glyph) => renumberParts(outlineOf(glyph), numberOf))

  const head = copied(tables('head'))
  head.setInt16(longOffsets, 1)
  const hhea = copied(tables('hhea'))
  hhea.setUint16(34, glyphs.length) // numberOfHMetrics
  const maxp = copied(tables('maxp'))
  maxp.setUint16(4, glyphs.length) // numGlyphs
  const post = copied(tables('post'), 32)
  post.setUint32(0, 0x00030000) // version 3: no names of glyphs
  return writeTables([
    ['OS/2', tables('OS/2')],
    ['cmap', characterMap(wanted.map((code) => [code, numberOf(glyphOf(code))]))],
    ['glyf', joined(outlines)],
    ['head', head],
    ['hhea', hhea],
    ['hmtx', metrics(tables, glyphs)],
    ['loca', offsetsOf(outlines)],
    ['maxp', maxp],
    ['name', legalNames(tables('name'))],
    ['post', post],
  ])
}

/** Where `head` says whether the offsets of `loca` have 32 bits (1) or 16 (0). */
const longOffsets = 50

/** The glyph of a code point by the `cmap` subtable of format 4, for characters up to U+FFFF; 0 for none. */
function readCharacterMap(table: DataView): (code: number) => number {
  const subtable = Array.from({ length: table.getUint16(2) }, (_, i) => table.getUint32(8 + 8 * i)).find(
    (offset) => table.getUint16(offset) === 4,
  )
  if (subtable === undefined) throw new OutputError('a font without a Unicode table cannot be embedded.')
  const map = part(table, subtable, table.getUint16(subtable + 2))
  const segments = map.getUint16(6) / 2
  return (code) => {
    for (let i = 0; i < segments; i++) {
      if (code > map.getUint16(14 + 2 * i)) continue
      const start = map.getUint16(16 + 2 * segments + 2 * i)
      if (code < start) return 0
      const delta = map.getUint16(16 + 4 * segments + 2 * i)
      const rangeAt = 16 + 6 * segments + 2 * i
      const range = map.getUint16(rangeAt)
      if (range === 0) return (code + delta) & 0xffff
      const glyph = map.getUint16(rangeAt + range + 2 * (code - start))
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff
    }
    return 0
  }
}

/** A `cmap` of format 4 for characters in ascending order: a segment for each run whose glyphs ascend with them. */
function characterMap(glyphs: readonly (readonly [code: number, glyph: number])[]): DataView {
  const segments: { start: number; end: number; delta: number }[] = []
  for (const [code, glyph] of glyphs) {
    const last = segments.at(-1)
    const delta = (glyph - code) & 0xffff
    if (last?.end === code - 1 && last.delta === delta) last.end = code
    else segments.push({ start: code, end: code, delta })
  }
  segments.push({ start: 0xffff, end: 0xffff, delta: 1 }) // the format asks for it
  const count = segments.length
  const [, range = 0, exponent = 0, rest = 0] = searchHints(count, 2)
  const length = 16 + 8 * count
  const table = zeros(12 + length)
  // One subtable, for Windows (3) and Unicode (1), at byte 12: format 4, its length, no language.
  const header = [0, 1, 3, 1, 0, 12, 4, length, 0, 2 * count, range, exponent, rest]
  for (const [i, value] of header.entries()) table.setUint16(2 * i, value)
  for (const [i, { start, end, delta }] of segments.entries()) {
    table.setUint16(26 + 2 * i, end)
    table.setUint16(28 + 2 * count + 2 * i, start)
    table.setUint16(28 + 4 * count + 2 * i, delta)
  }
  return table
}

function readOutlines(tables: Tables): (glyph: number) => DataView {
  const [outlines, offsets] = [tables('glyf'), tables('loca')]
  const long = tables('head').getInt16(longOffsets) === 1
  const offset = (i: number) => (long ? offsets.getUint32(4 * i) : 2 * offsets.getUint16(2 * i))
  return (glyph) => part(outlines, offset(glyph), offset(glyph + 1) - offset(glyph))
}

/** `loca`: where each outline begins, and where the last one ends. */
function offsetsOf(outlines: readonly DataView[]): DataView {
  const table = zeros(4 * (outlines.length + 1))
  let offset = 0
  for (const [i, { byteLength }] of outlines.entries()) {
    offset += padded(byteLength)
    table.setUint32(4 * (i + 1), offset)
  }
  return table
}

/** The glyphs, followed by those of which composite ones are made ("é" of "e" and an accent). */
function withParts(glyphs: readonly number[], outlineOf: (glyph: number) => DataView): readonly number[] {
  const all = new Set(glyphs)
  // The loop also visits the glyphs that it adds.
  for (const glyph of all) {
    const outline = outlineOf(glyph)
    for (const offset of partsOf(outline)) all.add(outline.getUint16(offset))
  }
  return [...all]
}

/** The offsets at which a composite glyph names its parts; none for a simple glyph. */
function* partsOf(outline: DataView): Generator<number> {
  if (outline.byteLength === 0 || outline.getInt16(0) >= 0) return
  const [wordArguments, oneScale, twoScales, matrix, more] = [0x01, 0x08, 0x40, 0x80, 0x20]
  for (let offset = 10, flags = more; (flags & more) !== 0; ) {
    flags = outline.getUint16(offset)
    yield offset + 2
    offset += 4 + ((flags & wordArguments) === 0 ? 2 : 4)
    offset += (flags & oneScale) !== 0 ? 2 : (flags & twoScales) !== 0 ? 4 : (flags & matrix) !== 0 ? 8 : 0
  }
}

function renumberParts(outline: DataView, numberOf: (glyph: number) => number): DataView {
  const changed = copied(outline)
  for (const offset of partsOf(outline)) changed.setUint16(offset, numberOf(outline.getUint16(offset)))
  return changed
}

/** `hmtx`: advance width and left side bearing of each glyph. The last glyphs of a font may share one advance width. */
function metrics(tables: Tables, glyphs: readonly number[]): DataView {
  const from = tables('hmtx')
  const full = tables('hhea').getUint16(34)
  const to = zeros(4 * glyphs.length)
  for (const [i, glyph] of glyphs.entries()) {
    to.setUint16(4 * i, from.getUint16(4 * Math.min(glyph, full - 1)))
    to.setInt16(4 * i + 2, from.getInt16(glyph < full ? 4 * glyph + 2 : 2 * glyph + 2 * full))
  }
  return to
}

/** `name` with the copyright, the names of the font, the license and its address. */
function legalNames(table: DataView): DataView {
  const kept = new Set([0, 1, 2, 4, 6, 13, 14])
  const records = Array.from({ length: table.getUint16(2) }, (_, i) => part(table, 6 + 12 * i, 12)).filter(
    (record) => kept.has(record.getUint16(6)),
  )
  const texts = records.map((record) =>
    part(table, table.getUint16(4) + record.getUint16(10), record.getUint16(8)),
  )
  // Twelve bytes a record: a first block of 8 keeps the texts at a multiple of 4.
  const header = zeros(8 + 12 * records.length)
  header.setUint16(2, records.length)
  header.setUint16(4, header.byteLength)
  let offset = 0
  for (const [i, record] of records.entries()) {
    for (let k = 0; k < 10; k += 2) header.setUint16(6 + 12 * i + k, record.getUint16(k))
    header.setUint16(6 + 12 * i + 10, offset)
    offset += padded(record.getUint16(8))
  }
  return joined([header, ...texts])
}
