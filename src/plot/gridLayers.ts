import type { Layer } from './frame.ts'
import { textWidth } from './textWidth.ts'
import { fontSizes, ink, okabeIto } from './theme.ts'

/** What is drawn of a cell. */
export interface Cell {
  readonly x: string
  readonly y: string
  readonly value: number | null
  readonly text: string
  /** Smaller, below the text; may be empty. */
  readonly below: string
  /** The cell's colour and its texts'. */
  readonly fill: string
  readonly ink: string
}

export interface Sizes {
  readonly width: number
  readonly height: number
  /** The cells are large enough to write in. */
  readonly written: boolean
}

/** A grid's longest side in pixels. */
const largest = 1600
const smaller = fontSizes.label - 1

/** Room for the longest text; smaller, and then without texts, when the figure would not fit a page. */
export function cellSizes(cells: readonly Cell[], columns: number, rows: number): Sizes {
  let longest = 0
  for (const { text, below } of cells)
    longest = Math.max(
      longest,
      textWidth(text, { size: fontSizes.label }),
      textWidth(below, { size: smaller }),
    )
  const wanted = { width: Math.max(54, Math.ceil(longest) + 14), height: hasTwoLines(cells) ? 46 : 34 }
  const width = Math.max(6, Math.min(wanted.width, Math.floor(largest / columns)))
  const height = Math.max(6, Math.min(wanted.height, Math.floor(largest / rows)))
  return { width, height, written: width >= longest + 4 && height >= wanted.height - 14 }
}

/** The colours are in the data: as fill, for `color` would ask for a scale. */
export function cellLayers(cells: readonly Cell[], written: boolean): Layer[] {
  const own = (field: 'fill' | 'ink') => ({ field, type: 'nominal' as const, scale: null })
  const rect: Layer = {
    mark: { type: 'rect', stroke: ink.background, strokeWidth: 1 },
    encoding: { fill: own('fill') },
  }
  const text = (field: 'text' | 'below', dy: number, fontSize: number): Layer => ({
    mark: { type: 'text', dy, fontSize },
    encoding: { text: { field }, fill: own('ink') },
  })
  if (!written) return [rect]
  if (!hasTwoLines(cells)) return [rect, text('text', 0, fontSizes.label)]
  const alone = "datum.below === ''"
  return [
    rect,
    { ...text('text', -7, fontSizes.label), transform: [{ filter: `!(${alone})` }] },
    { ...text('text', 0, fontSizes.label), transform: [{ filter: alone }] },
    text('below', 9, smaller),
  ]
}

/** A colour that stands out from the whole ramp, on white, which sets it off from the neighbours. */
export function outlineLayers(cells: readonly Cell[]): Layer[] {
  const data = { values: cells.map(({ x, y }) => ({ x, y })) }
  return [
    { data, mark: { type: 'rect', fill: null, stroke: ink.background, strokeWidth: 6 } },
    { data, mark: { type: 'rect', fill: null, stroke: okabeIto.orange, strokeWidth: 3 } },
  ]
}

/** Inside the cell, so that it can be seen beside the other outline; black on white shows on every shade. */
export function dashedLayers(place: { readonly x: string; readonly y: string }): Layer[] {
  const data = { values: [{ ...place }] }
  const mark = { type: 'rect' as const, fill: null, width: { band: 0.84 }, height: { band: 0.78 } }
  return [
    { data, mark: { ...mark, stroke: ink.background, strokeWidth: 2.5 } },
    { data, mark: { ...mark, stroke: ink.text, strokeWidth: 1.5, strokeDash: [4, 3] } },
  ]
}

function hasTwoLines(cells: readonly Cell[]): boolean {
  return cells.some(({ below }) => below !== '')
}
