import type { Layer } from './frame.ts'
import { labelBeside, labelPlace, type Point } from './labelPlace.ts'
import { textWidth } from './textWidth.ts'
import { fontSizes, ink } from './theme.ts'
import type { XAxis } from './xAxis.ts'

export interface Rules {
  readonly panel: { readonly width: number; readonly height: number }
  readonly x: XAxis
  /** Pixels from the panel's top. */
  down(value: number): number
  /** What the labels should not cover. */
  readonly curves: readonly (readonly Point[])[]
  /** A horizontal rule. */
  readonly reference: { readonly text: string; readonly value: number } | undefined
  /** A vertical rule. */
  readonly marked: { readonly text: string; readonly x: number } | undefined
}

const line = { type: 'rule' as const, strokeWidth: 1.5, color: ink.text }
/** Dashed for values to compare with, dotted for settings. */
const dashes = { reference: [6, 4], marked: [2, 3] }

/** The rules over the panel's full width or height, their labels where they cover the curves least. */
export function ruleLayers({ panel, x, down, curves, reference, marked }: Rules): Layer[] {
  const layers: Layer[] = []
  const inTheWay = [...curves]
  if (marked !== undefined) {
    const at = x.place(marked.x)
    inTheWay.push([
      { x: at, y: 0 },
      { x: at, y: panel.height },
    ])
  }
  if (reference !== undefined) {
    const size = sizeOf(reference.text)
    const y = down(reference.value)
    const place = labelPlace(size, y, panel, inTheWay)
    const data = { values: [{ ...reference }] }
    const height = { field: 'value', type: 'quantitative' as const }
    layers.push(
      { data, mark: { ...line, strokeDash: dashes.reference }, encoding: { y: height } },
      ...label(
        { align: 'left', baseline: place.above ? 'bottom' : 'top', dy: place.above ? -4 : 5 },
        { data, encoding: { y: height, x: { value: place.x }, text: { field: 'text' } } },
      ),
    )
    const top = place.above ? y - size.height - 4 : y + 4
    // The label as three strokes: the other label must not cover it either.
    for (const share of [0, 0.5, 1])
      inTheWay.push([
        { x: place.x, y: top + share * size.height },
        { x: place.x + size.width, y: top + share * size.height },
      ])
    inTheWay.push([
      { x: 0, y },
      { x: panel.width, y },
    ])
  }
  if (marked !== undefined) {
    const size = sizeOf(marked.text)
    // Its own rule is in the list too, but lies beside the label, never in it.
    const place = labelBeside(size, x.place(marked.x), panel, inTheWay)
    const data = { values: [{ ...marked }] }
    layers.push(
      { data, mark: { ...line, strokeDash: dashes.marked }, encoding: { x: x.channel } },
      ...label(
        { align: place.right ? 'left' : 'right', baseline: 'middle', dx: place.right ? 6 : -6 },
        {
          data,
          encoding: { x: x.channel, y: { value: place.y + size.height / 2 }, text: { field: 'text' } },
        },
      ),
    )
  }
  return layers
}

function sizeOf(text: string) {
  return { width: textWidth(text, { size: fontSizes.label }), height: fontSizes.label + 4 }
}

interface TextMark {
  readonly align: 'left' | 'right'
  readonly baseline: 'top' | 'middle' | 'bottom'
  readonly dx?: number
  readonly dy?: number
}

/** Text on a white edge, which keeps it readable where a curve passes. */
function label(mark: TextMark, rest: Omit<Layer, 'mark'>): Layer[] {
  const written = { type: 'text' as const, ...mark, fontSize: fontSizes.label }
  return [
    {
      ...rest,
      mark: { ...written, color: 'white', stroke: 'white', strokeWidth: 4, strokeJoin: 'round' as const },
    },
    { ...rest, mark: { ...written, color: ink.text } },
  ]
}
