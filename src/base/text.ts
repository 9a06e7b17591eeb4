import { DataError } from './errors.ts'

/**
 * Characters that show nothing or change how their neighbours are shown: control characters (a terminal obeys some of
 * them), line and paragraph separators, marks that turn the direction of writing, and halves of a surrogate pair.
 */
const HIDDEN = /[\p{Cc}\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Cs}/gu

/** Longest name of a class or dataset, in UTF-16 units. */
export const longestName = 200

/**
 * Text that came from a file, a file's name or an argument, for a terminal or a message: control characters are written
 * as "\u001b" and obeyed by no terminal.
 */
export function visible(text: string): string {
  return text.replace(HIDDEN, escapeOf)
}

/** As {@link visible}, but line ends and tabs stay: for whole messages and tables. */
export function visibleLines(text: string): string {
  return text
    .split(/(\r?\n|\t)/)
    .map((part, i) => (i % 2 === 1 ? part : visible(part)))
    .join('')
}

function escapeOf(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Why a text is no valid name, as the end of "the name ..."; undefined if it is one. */
export function nameProblem(name: string): string | undefined {
  const [hidden] = name.match(HIDDEN) ?? []
  if (hidden !== undefined) return `has the control character ${escapeOf(hidden)}`
  if (name.trim() === '') return 'is empty'
  return name.length > longestName ? `is longer than ${longestName} characters` : undefined
}

/**
 * The text of a file in UTF-8, without its byte order mark.
 *
 * @param where the file's name, for the message
 * @throws DataError naming the line that is not UTF-8
 */
export function decodeText(bytes: Uint8Array, where: string): string {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    const line = firstWrongLine(bytes)
    throw new DataError(`line ${line} is not UTF-8.`, { where, hint: 'Save the file as UTF-8.', cause })
  }
}

/** A line feed is never a part of another character of UTF-8, so that lines can be decoded by themselves. */
function firstWrongLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  for (let line = 1, begin = 0; begin < bytes.length; line++) {
    const found = bytes.indexOf(10, begin)
    const end = found < 0 ? bytes.length : found
    try {
      decoder.decode(bytes.subarray(begin, end))
    } catch {
      return line
    }
    begin = end + 1
  }
  return 1
}
