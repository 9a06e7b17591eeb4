/** Characters per line of a terminal; undefined for a file or a pipe, where lines have no limit. */
export function terminalWidth(
  stream: { readonly isTTY?: boolean; readonly columns?: number } = process.stdout,
): number | undefined {
  return stream.isTTY === true ? stream.columns || 80 : undefined
}

/**
 * Breaks the lines of a text at spaces where they are wider than `width`. A word that is wider alone, such as a path, stays
 * whole. No-break spaces become spaces.
 *
 * @param indent spaces before the lines that continue a line
 */
export function wrap(text: string, width = terminalWidth(), indent = 2): string {
  return text
    .split('\n')
    .map((line) => (width === undefined || line.length <= width ? line : wrapLine(line, width, indent)))
    .join('\n')
    .replaceAll('\u00a0', ' ')
}

/** A list in one sentence, broken between its items rather than within them. */
export function wrapItems(items: readonly string[], width = terminalWidth()): string {
  return wrap(items.map((item) => item.replaceAll(' ', '\u00a0')).join(', '), width)
}

function wrapLine(line: string, width: number, indent: number): string {
  const text = line.trimStart()
  const own = ' '.repeat(line.length - text.length)
  const [first = '', ...words] = text.split(' ')
  const lines: string[] = []
  let current = `${own}${first}`
  for (const word of words) {
    if (current.length + 1 + word.length > width) {
      lines.push(current.trimEnd())
      current = `${own}${' '.repeat(indent)}${word}`
    } else current += ` ${word}`
  }
  return [...lines, current].join('\n')
}
