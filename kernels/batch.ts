// Bytes of images to standardised floats.

/**
 * x = (pixel - mean) * inverse for `rows` rows; `mean` and `inverse` hold one value a feature, padded with zeros to
 * a multiple of 8, so that the padding of x becomes 0 whatever the bytes behind the image are.
 */
export function standardize(
  pixels: usize,
  pixelStride: usize,
  mean: usize,
  inverse: usize,
  x: usize,
  xStride: usize,
  rows: u32,
  features: u32,
): void {
  const vectors = (features + 7) >> 3
  for (let m: u32 = 0; m < rows; m++) {
    for (let j: u32 = 0; j < vectors; j++) {
      const bytes = v128.load8x8_u(pixels + ((<usize>j) << 3))
      const low = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(bytes))
      const high = f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(bytes))
      const at = (<usize>j) << 5
      v128.store(x + at, f32x4.mul(f32x4.sub(low, v128.load(mean + at)), v128.load(inverse + at)))
      v128.store(
        x + at,
        f32x4.mul(f32x4.sub(high, v128.load(mean + at, 16)), v128.load(inverse + at, 16)),
        16,
      )
    }
    pixels += pixelStride
    x += xStride
  }
}
