import { paddedRows, type Range, type Tensor } from '../tensor.ts'

/** Bytes of a float32. */
export const FLOAT = 4

/** Bytes from row to row. */
export const stride = (t: Tensor): number => t.stride * FLOAT

/** Address of a row of activations. */
export const row = (t: Tensor, index: number): number => t.block.address + index * t.stride * FLOAT

/** Floats in some rows of activations, padding rows and columns included. */
export const span = (t: Tensor, rows: Range): number => rowCount(rows) * t.stride

/** Rows that kernels work through: up to the next multiple of the tile. */
export const rowCount = (rows: Range): number => paddedRows(rows.end) - rows.first
