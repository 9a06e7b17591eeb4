import type { Values } from '../memory.ts'
import { at } from '../reference/at.ts'

/** Columns of a panel: two vectors of four floats. */
export const PANEL = 8

/** Panels that hold `width` columns; the last one is padded with zeros. */
export function panelsOf(width: number): number {
  return Math.ceil(width / PANEL)
}

/** Floats that a rows x width parameter takes in panels: [width / 8][rows][8]. */
export function panelLength(rows: number, width: number): number {
  return panelsOf(width) * rows * PANEL
}

/** Position of element (row, column) of a parameter of `rows` rows. */
export function panelIndex(rows: number, row: number, column: number): number {
  return (Math.floor(column / PANEL) * rows + row) * PANEL + (column % PANEL)
}

/** Row-major values into panels. */
export function toPanels(values: ArrayLike<number>, rows: number, width: number, panels: Values): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) {
      panels[panelIndex(rows, row, column)] = values[row * width + column] ?? 0
    }
  }
}

/** Panels into row-major values. */
export function fromPanels(panels: Values, rows: number, width: number): Float32Array {
  const out = new Float32Array(rows * width)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) {
      out[row * width + column] = at(panels, panelIndex(rows, row, column))
    }
  }
  return out
}

/**
 * Floats from one row of activations to the next: whole cache lines, and an odd number of them, because rows at a
 * distance of a power of two would all compete for the same few places in the cache.
 */
export function rowStride(width: number): number {
  const lines = Math.ceil(width / 16)
  return (lines % 2 === 0 ? lines + 1 : lines) * 16
}
