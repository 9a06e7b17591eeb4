export interface Point {
  readonly x: number
  readonly y: number
}

export interface LabelPlace {
  /** Left edge of the text, in pixels. */
  readonly x: number
  /** Above the rule, or below it. */
  readonly above: boolean
}

const inset = 6
const positions = [0, 1, 0.125, 0.875, 0.25, 0.75, 0.375, 0.625, 0.5]

/**
 * Where to write the label of a horizontal rule so that the curves cross it least: the ends of the rule are
 * tried first, above it before below, and the first of equals is taken. All lengths in pixels, y counted
 * downwards from the panel's top.
 *
 * @param label the size of the written label
 * @param y the rule's height
 * @param curves lines through these points, sorted by x
 */
export function labelPlace(
  label: { readonly width: number; readonly height: number },
  y: number,
  panel: { readonly width: number; readonly height: number },
  curves: readonly (readonly Point[])[],
): LabelPlace {
  let best: LabelPlace = { x: inset, above: true }
  let fewest = Number.POSITIVE_INFINITY
  for (const position of positions)
    for (const above of [true, false]) {
      const left = inset + position * Math.max(0, panel.width - 2 * inset - label.width)
      const top = above ? y - label.height - 4 : y + 4
      const box = { left, right: left + label.width, top, bottom: top + label.height }
      const outside = top < 0 || box.bottom > panel.height ? Number.MAX_SAFE_INTEGER : 0
      const crossings = outside + curves.reduce((sum, curve) => sum + samplesInside(curve, box), 0)
      if (crossings < fewest) {
        fewest = crossings
        best = { x: left, above }
      }
    }
  return best
}

export interface LabelBeside {
  /** Top edge of the text, in pixels. */
  readonly y: number
  /** Right of the rule, or left of it. */
  readonly right: boolean
}

/**
 * The same for a vertical rule at `x`: the top is tried first, right of the rule before left.
 *
 * @param label the size of the written label
 * @param curves lines through these points
 */
export function labelBeside(
  label: { readonly width: number; readonly height: number },
  x: number,
  panel: { readonly width: number; readonly height: number },
  curves: readonly (readonly Point[])[],
): LabelBeside {
  let best: LabelBeside = { y: 0, right: true }
  let fewest = Number.POSITIVE_INFINITY
  for (const position of positions)
    for (const right of [true, false]) {
      const top = position * Math.max(0, panel.height - label.height)
      const left = right ? x + inset : x - inset - label.width
      const box = { left, right: left + label.width, top, bottom: top + label.height }
      const outside = left < 0 || box.right > panel.width ? Number.MAX_SAFE_INTEGER : 0
      const crossings = outside + curves.reduce((sum, curve) => sum + samplesInside(curve, box), 0)
      if (crossings < fewest) {
        fewest = crossings
        best = { y: top, right }
      }
    }
  return best
}

/** How many of 20 samples of each line segment lie in the box. */
function samplesInside(
  curve: readonly Point[],
  box: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number },
): number {
  const samples = 20
  let inside = 0
  for (const [i, to] of curve.entries()) {
    const from = curve[i - 1] ?? to
    for (let s = 1; s <= samples; s++) {
      const x = from.x + ((to.x - from.x) * s) / samples
      const y = from.y + ((to.y - from.y) * s) / samples
      if (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom) inside++
    }
  }
  return inside
}
