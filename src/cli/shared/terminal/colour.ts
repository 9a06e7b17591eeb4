import { styleText } from 'node:util'

/** Styles of the few texts that are coloured. */
export type Style = 'heading' | 'best' | 'warning' | 'error'

const formats = {
  heading: ['bold'],
  best: ['bold', 'green'],
  warning: ['yellow'],
  error: ['bold', 'red'],
} satisfies Record<Style, Parameters<typeof styleText>[0]>

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Whether colour codes may be written to a stream. As in Node itself, FORCE_COLOR decides where it is set (0 and false
 * mean no), then NO_COLOR (any text but the empty one, no-color.org); otherwise a terminal has colours unless TERM is dumb.
 */
export function hasColours(
  stream: { readonly isTTY?: boolean },
  environment: Environment = process.env,
): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: term } = environment
  if (force !== undefined) return force !== '0' && force !== 'false'
  return stream.isTTY === true && !no && term !== 'dumb'
}

/** The text in a style if the stream has colours, else unchanged. */
export function colour(
  style: Style,
  text: string,
  stream: { readonly isTTY?: boolean } = process.stdout,
): string {
  if (text === '' || !hasColours(stream)) return text
  return styleText(formats[style], text, { validateStream: false })
}
