import { textWidth } from './textWidth.ts'
import { fontSizes, okabeIto } from './theme.ts'

export interface SeriesStyle {
  readonly name: string
  readonly colour: string
  readonly shape: string
  readonly dash: readonly number[]
}

/** What the parts of a dataset are called, and look like, in every figure. */
export const parts = {
  train: { name: 'Training', colour: okabeIto.blue, shape: 'circle' },
  validation: { name: 'Validation', colour: okabeIto.green, shape: 'square' },
  test: { name: 'Test', colour: okabeIto.vermillion, shape: 'triangle-up' },
} as const

// Without yellow, too light for a line on white. Black is last: the rules are black.
const palette = [
  { colour: okabeIto.blue, shape: 'circle' },
  { colour: okabeIto.vermillion, shape: 'triangle-up' },
  { colour: okabeIto.green, shape: 'square' },
  { colour: okabeIto.purple, shape: 'diamond' },
  { colour: okabeIto.orange, shape: 'triangle-down' },
  { colour: okabeIto.skyBlue, shape: 'cross' },
  { colour: okabeIto.black, shape: 'triangle-left' },
] as const
const dashes = [[], [2, 2], [8, 3]]

/**
 * Colour and shape both tell the series apart, for print without colours. When the colours begin again, each has
 * another shape and a broken line. Training, validation and test look as everywhere.
 */
export function seriesStyles(names: readonly string[]): SeriesStyle[] {
  const known = new Map<string, { colour: string; shape: string }>(
    Object.values(parts).map((part) => [part.name, part]),
  )
  const taken = new Set(names.flatMap((name) => known.get(name)?.colour ?? []))
  const free = palette.filter(({ colour }) => !taken.has(colour))
  let next = 0
  return names.map((name) => {
    const own = known.get(name)
    if (own !== undefined) return { name, colour: own.colour, shape: own.shape, dash: [] }
    const round = Math.floor(next / free.length)
    const { colour } = free[next % free.length] ?? palette[0]
    const { shape } = free[(next + 3 * round) % free.length] ?? palette[0]
    const dash = dashes[round % dashes.length] ?? []
    next++
    return { name, colour, shape, dash }
  })
}

/** How many entries of a legend fit side by side into `width` pixels. */
export function legendColumns(names: readonly string[], width: number): number {
  const longest = Math.max(0, ...names.map((name) => textWidth(name, { size: fontSizes.label })))
  // Symbol, its gap and the space between two entries.
  return Math.max(1, Math.min(names.length, Math.floor(width / (longest + 36))))
}
