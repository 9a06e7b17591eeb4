import type { Values } from '../memory.ts'
import { at } from '../reference/at.ts'
import { FLOAT } from '../simd/addresses.ts'
import { PANEL, panelsOf } from '../simd/layout.ts'
import type { Runs } from '../simd/runs.ts'

/**
 * Floats from row to row of a parameter. BLAS needs rows one after another. Padded to whole panels, they take as much
 * room as in panels, and a parameter of up to 8 columns has the same layout in both, so that simd kernels work on it.
 */
export function rowLength(width: number): number {
  return panelsOf(width) * PANEL
}

/** Row-major values into padded rows; the padding is left as it is, at 0. */
export function toRows(values: ArrayLike<number>, rows: number, width: number, block: Values): void {
  const length = rowLength(width)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++) {
      block[row * length + column] = values[row * width + column] ?? 0
    }
  }
}

/** Padded rows into row-major values. */
export function fromRows(block: Values, rows: number, width: number): Float32Array {
  const length = rowLength(width)
  const out = new Float32Array(rows * width)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++)
      out[row * width + column] = at(block, row * length + column)
  }
  return out
}

/** Rows of a parameter are one run. */
export const rowRuns: Runs = {
  count: () => 1,
  start: (w, slice) => slice.first * rowLength(w.width) * FLOAT,
  length: (w, slice) => (slice.end - slice.first) * rowLength(w.width),
}
