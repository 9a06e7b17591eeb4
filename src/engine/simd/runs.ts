import type { Matrix, Range } from '../tensor.ts'
import { FLOAT } from './addresses.ts'
import { PANEL, panelsOf } from './layout.ts'

/**
 * Layout of a parameter for kernels that treat every element alike: a slice of its rows is a number of runs of floats.
 */
export interface Runs {
  count(w: Matrix): number
  /** Bytes from the start of the parameter to a run. */
  start(w: Matrix, slice: Range, run: number): number
  /** Floats of each run. */
  length(w: Matrix, slice: Range): number
}

/** In panels of 8 columns, rows are one run in each panel. */
export const panelRuns: Runs = {
  count: (w) => panelsOf(w.width),
  start: (w, slice, run) => (run * w.rows + slice.first) * PANEL * FLOAT,
  length: (_w, slice) => (slice.end - slice.first) * PANEL,
}
