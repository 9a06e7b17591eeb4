/** Longest value that a message shows whole; of a longer value it shows both ends. */
const mostWhole = 300
const mostOfLonger = 120
/** Longest name in a file system: a longer word is no part of a path, and may be shortened. */
const mostOfName = 255
/** Characters of one part of a message: its place, its sentence or its advice. */
const mostOfPart = 2000

/** A text of at most `most` characters (UTF-16 units): of a longer one both ends, with "..." between them. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text
  const room = Math.max(0, most - 3)
  const head = Math.ceil(room / 2)
  const tail = room - head
  // Half of a surrogate pair would be written as a replacement character.
  const start = text.slice(0, isLow(text, head) ? head - 1 : head)
  const end = text.length - tail
  return `${start}...${text.slice(isLow(text, end) ? end + 1 : end)}`.slice(0, Math.max(0, most))
}

/**
 * A part of a message in which long values are shortened: texts in quotation marks and words without a space. Paths stay
 * whole, as they are there to be copied.
 */
export function shortenValues(part: string): string {
  // A JavaScript caller's `where` may be no text; an error must not fail while it is made.
  const quoted = String(part).replace(/"((?:[^"\\]|\\.)*)"/g, (whole, value: string) =>
    value.length <= mostWhole || isPath(value) ? whole : `"${shorten(value, mostOfLonger)}"`,
  )
  const words = quoted.replace(new RegExp(`[^\\s"/\\\\]{${mostOfName + 1},}`, 'g'), (word) =>
    shorten(word, mostOfLonger),
  )
  return shorten(words, mostOfPart)
}

function isPath(text: string): boolean {
  const names = text.split(/^[A-Za-z]:\\/.test(text) ? '\\' : '/')
  return names.length > 1 && names.every((name) => name.length <= mostOfName)
}

function isLow(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff
}
