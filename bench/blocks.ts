/**
 * Replaces what stands between the lines `<!-- KIND:ID -->` and `<!-- /KIND:ID -->` of a Markdown text. Blocks for which
 * there is nothing new stay as they are.
 *
 * @param kind what made them: "bench" or "paper"
 * @throws RangeError for a block that does not end
 */
export function withBlocks(text: string, blocks: ReadonlyMap<string, string>, kind = 'bench'): string {
  const out: string[] = []
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? ''
    out.push(line)
    const [, made, id] = /^<!-- (\w+):(\S+) -->$/.exec(line) ?? []
    if (made !== kind || id === undefined) continue
    const end = lines.indexOf(`<!-- /${kind}:${id} -->`, i)
    if (end < 0) throw new RangeError(`the block "${kind}:${id}" has no end`)
    const fresh = blocks.get(id)
    out.push(...(fresh === undefined ? lines.slice(i + 1, end) : ['', fresh, '']))
    i = end - 1
  }
  return out.join('\n')
}

/** Text as lines of at most `width` characters; a longer word stays whole. */
export function wrapped(text: string, width = 110): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}
