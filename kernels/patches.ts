// The inputs of convolutions as the rows of a matrix, for engines that multiply matrices.

/**
 * For each of `rows` x `pixels` outputs its window: `windowRows` contiguous runs of `taps` floats.
 *
 * @param rowBytes from one row of the image to the next; @param down, across from window to window
 */
export function patches(
  x: usize,
  rowBytes: usize,
  down: usize,
  across: usize,
  windowRows: u32,
  taps: u32,
  to: usize,
  rows: u32,
  pixels: u32,
): void {
  const bytes = (<usize>taps) << 2
  for (let i: u32 = 0; i < rows; i++) {
    let window = x + i * down
    for (let j: u32 = 0; j < pixels; j++, window += across) {
      let from = window
      for (let a: u32 = 0; a < windowRows; a++, from += rowBytes) {
        let at: usize = 0
        for (; at + 16 <= bytes; at += 16) v128.store(to + at, v128.load(from + at))
        for (; at < bytes; at += 4) f32.store(to + at, f32.load(from + at))
        to += bytes
      }
    }
  }
}
