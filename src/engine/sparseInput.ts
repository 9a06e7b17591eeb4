import { type Arena, type Block, CACHE_LINE, planBytes } from './memory.ts'
import {
  COLUMN_VALUES,
  LIST_HEAD,
  PAIR_COLUMN_ROWS,
  PAIR_ENTRY,
  ROW_VALUES,
  SPARE_VALUES,
} from './simd/constants.ts'
import { PARAMETER_TILE, paddedRows, type Tensor } from './tensor.ts'

/**
 * An input with many zeros: x = value - shift, one shift a column. Kernels multiply only what is not 0 in `value`
 * (kernels/sparse.ts derives how); for a standardised pixel, x = pixel inverse - mean inverse, that is the background.
 */
export interface SparseInput {
  readonly value: Tensor
  readonly shift: Block
  /** Room in which kernels list the values that are not 0. A thread uses the part of its first row. */
  readonly lists: Block<Uint8Array>
  /** Estimated work for each column, in any unit, by which threads share the columns. Default: equal. */
  readonly work?: ArrayLike<number>
}

const pairListBytes = (entries: number): number =>
  Math.ceil((LIST_HEAD + entries * PAIR_ENTRY) / CACHE_LINE) * CACHE_LINE

/** Bytes of the list of a pair of rows of `width` values. One entry more, because kernels write before they count. */
export const rowListBytes = (width: number): number => pairListBytes(width + 1)

/** Bytes of the list of a pair of columns of a batch of at most `rows` rows. */
export const columnListBytes = (rows: number): number => pairListBytes(Math.min(rows, PAIR_COLUMN_ROWS) + 1)

const allRowLists = ({ rows, width }: Tensor): number => (paddedRows(rows) / 2) * rowListBytes(width)

/** Plans room for lists of the values that are not 0 in pairs of rows. A thread uses the part of its first row. */
export function planLists(arena: Arena, value: Tensor): Block<Uint8Array> {
  return planBytes(arena, allRowLists(value))
}

/** Fewest outputs for which lists of the inputs save time (docs/experiments.md). */
const FEWEST_OUTPUTS = 96

/** Bytes of a list of single values: for each a value and a place. */
const listBytes = (values: number): number => LIST_HEAD + (values + SPARE_VALUES) * 8

/**
 * Plans room for lists of the values that are not 0 in single rows or columns of `x`, the input of a dense layer;
 * undefined if it has few outputs. A thread uses the part of its first row of the batch or of the weights.
 */
export function planInputLists(arena: Arena, x: Tensor, outputs: number): Block<Uint8Array> | undefined {
  if (outputs < FEWEST_OUTPUTS) return undefined
  const forColumns = Math.ceil(x.width / PARAMETER_TILE) * inputColumnBytes
  return planBytes(arena, Math.max(paddedRows(x.rows) * inputRowBytes, forColumns))
}

/** Bytes of that room for a row of the batch. */
export const inputRowBytes = listBytes(ROW_VALUES)

/** Bytes of it for {@link PARAMETER_TILE} rows of the weights: the lists of four columns. */
export const inputColumnBytes = 4 * listBytes(COLUMN_VALUES)

/** Plans what a sparse input needs beside its tensor. */
export function planSparse(arena: Arena, value: Tensor, shift: Block, work?: ArrayLike<number>): SparseInput {
  const forRows = allRowLists(value)
  const forColumns = Math.ceil(value.width / PARAMETER_TILE) * 4 * columnListBytes(value.rows)
  const lists = planBytes(arena, Math.max(forRows, forColumns))
  return { value, shift, lists, ...(work === undefined ? {} : { work }) }
}
