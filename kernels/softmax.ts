// Softmax and cross-entropy, derived together: with p = softmax(z), loss = -log p[label], d loss / d z = p - onehot.
import { exp4, flushTiny, log1 } from './math'

const LANES = i32x4(0, 1, 2, 3)

/**
 * For each row: loss = log(sum e^(z - max)) - (z[label] - max), the predicted class (first largest logit) and
 * dz = (p - onehot(label)) * scale. Columns past `classes` get a gradient of 0.
 */
export function softmaxCrossEntropy(
  z: usize,
  dz: usize,
  stride: usize,
  labels: usize,
  losses: usize,
  predictions: usize,
  rows: u32,
  classes: u32,
  scale: f32,
): void {
  const vectors = (classes + 3) >> 2
  for (let m: u32 = 0; m < rows; m++) {
    let largest = f32.load(z)
    let predicted: u32 = 0
    for (let j: u32 = 1; j < classes; j++) {
      const value = f32.load(z + ((<usize>j) << 2))
      if (value > largest) {
        largest = value
        predicted = j
      }
    }
    const shift = f32x4.splat(largest)
    let sums = f32x4.splat(0)
    for (let j: u32 = 0; j < vectors; j++) {
      const inside = i32x4.lt_s(i32x4.add(LANES, i32x4.splat(j << 2)), i32x4.splat(classes))
      const e = v128.and(exp4(f32x4.sub(v128.load(z + ((<usize>j) << 4)), shift)), inside)
      sums = f32x4.add(sums, e)
      v128.store(dz + ((<usize>j) << 4), e)
    }
    const sum =
      f32x4.extract_lane(sums, 0) +
      f32x4.extract_lane(sums, 1) +
      f32x4.extract_lane(sums, 2) +
      f32x4.extract_lane(sums, 3)
    const label = <usize>load<u8>(labels + m)
    f32.store(losses + ((<usize>m) << 2), log1(sum) - (f32.load(z + (label << 2)) - largest))
    store<u8>(predictions + m, <u8>predicted)

    const factor = f32x4.splat(scale / sum)
    const at = dz + (label << 2)
    const own = f32.load(at)
    for (let j: u32 = 0; j < vectors; j++) {
      const e = v128.load(dz + ((<usize>j) << 4))
      v128.store(dz + ((<usize>j) << 4), flushTiny(f32x4.mul(e, factor)))
    }
    // For the label's own class e / sum - 1 is computed as (e - sum) / sum: no cancellation when p is near 1.
    f32.store(at, ((own - sum) / sum) * scale)
    z += stride
    dz += stride
  }
}
