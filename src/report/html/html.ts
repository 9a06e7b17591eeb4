import { escaped } from '../../plot/svgText.ts'

/** Text that is HTML already. Everything else is escaped where {@link html} puts it into a page. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What can stand between pieces of HTML; null and false leave nothing. */
export type Part = Html | string | number | null | false | readonly Part[]

/** A tag for templates: whatever is put in is escaped, unless it is {@link Html}. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    pieces.map((piece, i) => piece + (i < parts.length ? textOf(parts[i] ?? null) : '')).join(''),
  )
}

/** Pieces one after the other. */
export function joined(parts: readonly Part[], between = ''): Html {
  return new Html(parts.map(textOf).join(between))
}

function textOf(part: Part): string {
  if (part === null || part === false) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'string' || typeof part === 'number')
    return escaped(String(part)).replaceAll("'", '&#39;')
  return part.map(textOf).join('')
}
