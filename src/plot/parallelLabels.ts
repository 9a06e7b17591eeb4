import type { Layer } from './frame.ts'
import { lineHeight, type Tick } from './parallelAxis.ts'
import { fontSizes, ink } from './theme.ts'

/** An axis as it is drawn. All lengths in pixels, y from the panel's top. */
export interface Column {
  readonly x: number
  readonly title: readonly string[]
  readonly ticks: readonly Tick[]
  /** The smallest distance between two settings: lines through one of them may spread over a part of it. */
  readonly gap: number
  /** Where the labels stand. */
  readonly side: 'left' | 'right'
}

/** Beside the last axis. */
export const strip = { offset: 5, width: 9 }
/** From an axis to its labels. */
export const labelOffset = { left: 8, right: strip.offset + strip.width + 6 }

/** Vega-Lite's channels for numbers that are pixels already. */
export const pixels = (field: string) => ({ field, type: 'quantitative' as const, scale: null, axis: null })

/** Ticks, their labels and the titles above the axes. */
export function labelLayers(columns: readonly Column[]): Layer[] {
  const ticks = columns.flatMap(({ x, ticks, side }) =>
    ticks.map(({ y }) => ({
      x,
      y: rounded(y),
      end: side === 'left' ? x - 5 : x + strip.offset + strip.width + 3,
    })),
  )
  const labels = (side: Column['side']) =>
    columns
      .filter((column) => column.side === side)
      .flatMap(({ x, ticks }) =>
        ticks.flatMap(({ y, lines }) =>
          lines.map((text, i) => ({
            x: side === 'left' ? x - labelOffset.left : x + labelOffset.right,
            y: rounded(y + (i - (lines.length - 1) / 2) * lineHeight),
            text,
          })),
        ),
      )
  const titles = columns.flatMap(({ x, title }) =>
    title.map((text, i) => ({ x, y: -10 - (title.length - 1 - i) * titleHeight, text })),
  )
  return [
    {
      data: { values: ticks },
      mark: { type: 'rule', strokeWidth: 1, color: ink.muted },
      encoding: { x: pixels('x'), x2: { field: 'end' }, y: pixels('y') },
    },
    ...written(labels('left'), 'right', fontSizes.label, true),
    ...written(labels('right'), 'left', fontSizes.label, false),
    ...written(titles, 'center', fontSizes.axisTitle, false),
  ]
}

const titleHeight = fontSizes.axisTitle + 3

function written(
  values: readonly { readonly x: number; readonly y: number; readonly text: string }[],
  align: 'left' | 'center' | 'right',
  fontSize: number,
  crossed: boolean,
): Layer[] {
  if (values.length === 0) return []
  const mark = {
    type: 'text' as const,
    align,
    fontSize,
    baseline: align === 'center' ? ('bottom' as const) : ('middle' as const),
  }
  const rest = {
    data: { values: [...values] },
    encoding: { x: pixels('x'), y: pixels('y'), text: { field: 'text' } },
  }
  const edge = { color: 'white', stroke: 'white', strokeWidth: 4, strokeJoin: 'round' as const }
  return [
    // A white edge keeps the text readable where lines pass.
    ...(crossed ? [{ ...rest, mark: { ...mark, ...edge } }] : []),
    { ...rest, mark: { ...mark, color: ink.text } },
  ]
}

/** To hundredths, which keeps the SVG short. */
export function rounded(pixels: number): number {
  return Math.round(100 * pixels) / 100
}
