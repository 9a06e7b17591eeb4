/**
 * cblas_sgemm with row-major matrices: c = alpha a b + beta c, where a (as it is multiplied) is m x k and b is k x n.
 * Pointers are numbers. `lda`, `ldb` and `ldc` are floats from row to row as they are stored.
 */
export type Sgemm = (
  layout: number,
  transposeA: number,
  transposeB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  beta: number,
  c: number,
  ldc: number,
) => void

/** The numbers that CBLAS gives its enumerations. */
export const ROW_MAJOR = 101
export const AS_IT_IS = 111
export const TRANSPOSED = 112

/** A BLAS bound to a memory: pointers are `base` plus addresses in it. */
export interface Gemm {
  readonly sgemm: Sgemm
  readonly base: number
}
