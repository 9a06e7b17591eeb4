/**
 * Widths of text without a browser or canvas, so that a layout is the same on every machine.
 *
 * Advance widths of Arimo's 95 printable ASCII characters, from the space to "~", in 2048ths of the font size
 * (the font's own unit). Arial, Helvetica and Liberation Sans have the same.
 */
const regular = [
  569, 569, 727, 1139, 1139, 1821, 1366, 391, 682, 682, 797, 1196, 569, 682, 569, 569, 1139, 1139, 1139, 1139,
  1139, 1139, 1139, 1139, 1139, 1139, 569, 569, 1196, 1196, 1196, 1139, 2079, 1366, 1366, 1479, 1479, 1366,
  1251, 1593, 1479, 569, 1024, 1366, 1139, 1706, 1479, 1593, 1366, 1593, 1479, 1366, 1251, 1479, 1366, 1933,
  1366, 1366, 1251, 569, 569, 569, 961, 1139, 682, 1139, 1139, 1024, 1139, 1139, 569, 1139, 1139, 455, 455,
  1024, 455, 1706, 1139, 1139, 1139, 1139, 682, 1024, 569, 1139, 1024, 1479, 1024, 1024, 1024, 684, 532, 684,
  1196,
]
const bold = [
  569, 682, 971, 1139, 1139, 1821, 1479, 487, 682, 682, 797, 1196, 569, 682, 569, 569, 1139, 1139, 1139, 1139,
  1139, 1139, 1139, 1139, 1139, 1139, 682, 682, 1196, 1196, 1196, 1251, 1997, 1479, 1479, 1479, 1479, 1366,
  1251, 1593, 1479, 569, 1139, 1479, 1251, 1706, 1479, 1593, 1366, 1593, 1479, 1366, 1251, 1479, 1366, 1933,
  1366, 1366, 1251, 682, 569, 682, 1196, 1139, 682, 1139, 1251, 1139, 1251, 1139, 682, 1251, 1251, 569, 569,
  1139, 569, 1821, 1251, 1251, 1251, 1251, 797, 1139, 682, 1251, 1139, 1593, 1139, 1139, 1024, 797, 573, 797,
  1196,
]
const unitsPerEm = 2048

export interface Font {
  /** Pixels. */
  readonly size: number
  readonly bold?: boolean
}

/**
 * Width of one line in pixels: exact for ASCII, but for kerning; for other characters a generous guess (a
 * capital letter's width for accented, Greek and Cyrillic letters, a full square from U+2000 on).
 */
export function textWidth(text: string, font: Font): number {
  const widths = font.bold === true ? bold : regular
  let units = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    units += widths[code - 32] ?? (code < 0x2000 ? 1366 : unitsPerEm)
  }
  return (units * font.size) / unitsPerEm
}

/** Breaks text between words into lines of at most `width` pixels. A longer word stays whole on its own line. */
export function wrap(text: string, width: number, font: Font): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(longer, font) > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return line === '' ? lines : [...lines, line]
}
