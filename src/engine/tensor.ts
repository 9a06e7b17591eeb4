import type { Block, Values } from './memory.ts'
import { PARAMETER_TILE, ROW_TILE } from './simd/constants.ts'

export { PARAMETER_TILE, ROW_TILE }

/**
 * Activations of a batch: `rows` examples of `width` values each, row-major, `stride` elements from row to row.
 * Images lie as height x width x channels. Rows are padded to a multiple of {@link ROW_TILE}; the padding rows and
 * columns hold finite numbers that do not count.
 */
export interface Tensor {
  readonly block: Block<Values>
  readonly rows: number
  readonly width: number
  readonly stride: number
}

/**
 * A parameter (or its gradient, or an optimizer's state for it) seen as rows x width: for a dense layer inputs x
 * outputs, for a convolution taps x filters, for a bias 1 x outputs. How the elements lie in the block is the
 * engine's private matter; {@link Engine.load} and {@link Engine.store} convert from and to row-major.
 */
export interface Matrix {
  readonly block: Block<Values>
  readonly rows: number
  readonly width: number
}

/** One matrix for each group of {@link ROW_TILE} rows of a batch: sums that are added up later, group by group. */
export interface Partials {
  readonly block: Block<Values>
  readonly groups: number
  readonly rows: number
  readonly width: number
  /** Elements from group to group. */
  readonly stride: number
}

/** Rows first .. end - 1, of a batch or of a parameter. */
export interface Range {
  readonly first: number
  readonly end: number
}

/** The `index`-th of `parts` nearly equal shares of 0 .. count - 1, each starting at a multiple of `tile`. */
export function share(count: number, index: number, parts: number, tile: number): Range {
  const tiles = Math.ceil(count / tile)
  const first = Math.floor((tiles * index) / parts) * tile
  const end = Math.floor((tiles * (index + 1)) / parts) * tile
  return { first: Math.min(first, count), end: Math.min(end, count) }
}

/**
 * The same for rows of unequal work: `work` has a number for each row, 0 or more, and the shares have nearly equal sums
 * of it.
 */
export function shareByWork(work: ArrayLike<number>, index: number, parts: number, tile: number): Range {
  const bounds = [0]
  let total = 0
  for (let i = 0; i < work.length; i++) total += work[i] ?? 0
  let sum = 0
  for (let row = 0; row < work.length; row += tile) {
    const end = Math.min(row + tile, work.length)
    let own = 0
    for (let i = row; i < end; i++) own += work[i] ?? 0
    // A bound goes before the tile that has it in its second half, or behind it.
    while (bounds.length < parts && sum + own / 2 > (total * bounds.length) / parts) bounds.push(row)
    sum += own
  }
  while (bounds.length <= parts) bounds.push(work.length)
  return { first: bounds[index] ?? 0, end: bounds[index + 1] ?? 0 }
}

/** Rounds up to a multiple of {@link ROW_TILE}. */
export function paddedRows(rows: number): number {
  return Math.ceil(rows / ROW_TILE) * ROW_TILE
}
