// Numbers that both sides reckon with: the kernels, and the engine when it plans memory for them.
// scripts/build-kernels.js copies this file into src/engine/simd/constants.ts, so each line is `export const NAME: type =
// number` with its comment in front.

/** Bytes in front of a list: where it ends, or how long it is. */
export const LIST_HEAD: usize = 16
/** Bytes of an entry in a list of pairs: a place and two values (denseSparse.ts). */
export const PAIR_ENTRY: usize = 12
/** Rows of the batch in the list of a pair of columns (denseSparse.ts). */
export const PAIR_COLUMN_ROWS: u32 = 64
/** Values of a row in one list: three panels of that many weights stay in the first cache (denseZeros.ts). */
export const ROW_VALUES: u32 = 128
/** Rows of the batch in the list of a column (denseZeros.ts). */
export const COLUMN_VALUES: u32 = 64
/** Values that may be written behind the end of a list (lists.ts, sparse.ts, pooled.ts). */
export const SPARE_VALUES: u32 = 4
