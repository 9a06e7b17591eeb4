// Gradient clipping: the squares of a gradient, summed by fixed tiles of rows, and scaling of the gradient.

import { PARAMETER_TILE } from './constants'

/**
 * Sums of squares of rows first .. end of a gradient in panels, one float64 for each tile of 8 rows (the tile's place
 * in `sums` is its place in the parameter). `first` is a multiple of 8.
 */
export function tileSquares(g: usize, rows: u32, panels: u32, first: u32, end: u32, sums: usize): void {
  for (let tile = first; tile < end; tile += PARAMETER_TILE) {
    const vectors = (min(tile + PARAMETER_TILE, end) - tile) << 1
    let sum = f64x2.splat(0)
    for (let p: u32 = 0; p < panels; p++) {
      let at = g + ((<usize>(p * rows + tile)) << 5)
      for (let i: u32 = 0; i < vectors; i++, at += 16) {
        const v = v128.load(at)
        const low = f64x2.promote_low_f32x4(v)
        const high = f64x2.promote_low_f32x4(
          i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7),
        )
        sum = f64x2.add(sum, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)))
      }
    }
    f64.store(
      sums + ((<usize>(tile / PARAMETER_TILE)) << 3),
      f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1),
    )
  }
}

/** g <- factor g, for n floats (a multiple of 4) */
export function scale(g: usize, n: u32, factor: f32): void {
  const f = f32x4.splat(factor)
  for (const end = g + ((<usize>n) << 2); g < end; g += 16) v128.store(g, f32x4.mul(v128.load(g), f))
}
