const quotes = 0x22
const backslash = 0x5c

/**
 * The first key that occurs twice in one object of a JSON text, at any depth; undefined if there is none.
 * `JSON.parse` silently keeps the last of two. The text must have passed `JSON.parse`: it is not checked again.
 * A plain loop with its own stack, because a file decides how deep the text nests and how long a key is.
 */
export function repeatedKey(json: string): string | undefined {
  const objects: (Set<string> | undefined)[] = []
  for (let i = 0; i < json.length; i++) {
    const character = json[i]
    if (character === '{') objects.push(new Set())
    else if (character === '[') objects.push(undefined)
    else if (character === '}' || character === ']') objects.pop()
    else if (character === '"') {
      const end = endOfString(json, i)
      const keys = objects.at(-1)
      if (keys !== undefined && isKey(json, end)) {
        const key = String(JSON.parse(json.slice(i, end)))
        if (keys.has(key)) return key
        keys.add(key)
      }
      i = end - 1
    }
  }
  return undefined
}

/** The place behind the closing quotation mark of the string that begins at `start`. */
function endOfString(json: string, start: number): number {
  let i = start + 1
  while (i < json.length && json.charCodeAt(i) !== quotes) i += json.charCodeAt(i) === backslash ? 2 : 1
  return i + 1
}

/** Whether a colon follows, after any of JSON's four kinds of white space. */
function isKey(json: string, end: number): boolean {
  let i = end
  while (' \t\n\r'.includes(json[i] ?? '!')) i++
  return json[i] === ':'
}
