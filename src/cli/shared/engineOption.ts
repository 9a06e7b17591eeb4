/** Help text of `--engine`. */
export const engineHelp =
  "simd (the same bits everywhere), blas (the system's BLAS: faster, other bits), auto (blas where it is faster) or reference (float64, slow)"
