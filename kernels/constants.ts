// Numbers that kernels and engine share, because the engine plans the memory that kernels use.
// scripts/build-kernels.js copies them into src/engine/simd/constants.ts.

/** Threads get rows of a batch in fours, because kernels work on four rows at a time. */
export const ROW_TILE: u32 = 4
/** Threads get rows of a parameter in eights, so that a thread owns whole panels of the transposed weights. */
export const PARAMETER_TILE: u32 = 8
/** Bytes in front of a list, which hold its end or its length. */
export const LIST_HEAD: usize = 16
/** Bytes of an entry in a list of pairs: a place and two values (denseSparse.ts). */
export const PAIR_ENTRY: usize = 12
/** Rows of the batch in the list of a pair of columns (denseSparse.ts). */
export const PAIR_COLUMN_ROWS: u32 = 64
/** Values of a row in one list: the weights of three panels for them stay in the first cache (denseZeros.ts). */
export const ROW_VALUES: u32 = 128
/** Rows of the batch in the list of a column (denseZeros.ts). */
export const COLUMN_VALUES: u32 = 64
/** Values that kernels may write behind the end of a list (lists.ts, sparse.ts, pooled.ts). */
export const SPARE_VALUES: u32 = 4
