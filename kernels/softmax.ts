// Softmax and cross-entropy, derived together: with p = softmax(z), loss = -log p[label], d loss / d z = p - onehot.
import { exp4, flushTiny, logOnePlus } from './math'

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
    // The term of the largest logit is e^0 = 1. It is kept apart so that a small sum of the other terms keeps its digits:
    // if the model is sure, loss and gradient consist of that sum alone.
    const shift = f32x4.splat(largest)
    const top = i32x4.splat(predicted)
    let sums = f32x4.splat(0)
    for (let j: u32 = 0; j < vectors; j++) {
      const column = i32x4.add(LANES, i32x4.splat(j << 2))
      const counted = v128.andnot(i32x4.lt_s(column, i32x4.splat(classes)), i32x4.eq(column, top))
      const e = v128.and(exp4(f32x4.sub(v128.load(z + ((<usize>j) << 4)), shift)), counted)
      sums = f32x4.add(sums, e)
      v128.store(dz + ((<usize>j) << 4), e)
    }
    const rest =
      f32x4.extract_lane(sums, 0) +
      f32x4.extract_lane(sums, 1) +
      f32x4.extract_lane(sums, 2) +
      f32x4.extract_lane(sums, 3)
    const sum: f32 = 1 + rest
    f32.store(dz + ((<usize>predicted) << 2), 1)
    const label = <u32>load<u8>(labels + m)
    const at = (<usize>label) << 2
    f32.store(losses + ((<usize>m) << 2), logOnePlus(rest) - (f32.load(z + at) - largest))
    store<u8>(predictions + m, <u8>predicted)

    // p - 1 of the label's class is computed as -others / sum, which does not cancel if p is near 1.
    const others = label == predicted ? rest : sum - f32.load(dz + at)
    const factor = f32x4.splat(scale / sum)
    for (let j: u32 = 0; j < vectors; j++) {
      const e = v128.load(dz + ((<usize>j) << 4))
      v128.store(dz + ((<usize>j) << 4), flushTiny(f32x4.mul(e, factor)))
    }
    f32.store(dz + at, others < 1e-30 ? 0 : -(others / sum) * scale)
    z += stride
    dz += stride
  }
}

/**
 * Applies label smoothing and class weights to the results of {@link softmaxCrossEntropy}. The target of the label
 * becomes 1 - smoothing + smoothing / classes, that of every other class smoothing / classes; then loss and gradient
 * of the row are multiplied by the weight of its class.
 */
export function softenTargets(
  z: usize,
  dz: usize,
  stride: usize,
  labels: usize,
  losses: usize,
  rows: u32,
  classes: u32,
  scale: f32,
  smoothing: f32,
  weights: usize,
): void {
  const part = smoothing / <f32>classes
  for (let m: u32 = 0; m < rows; m++) {
    const label = (<usize>load<u8>(labels + m)) << 2
    const weight = f32.load(weights + label)
    let sum: f32 = 0
    for (let j: u32 = 0; j < classes; j++) {
      const at = (<usize>j) << 2
      sum += f32.load(z + at)
      f32.store(dz + at, (f32.load(dz + at) - part * scale) * weight)
    }
    f32.store(dz + label, f32.load(dz + label) + smoothing * scale * weight)
    const loss = f32.load(losses + ((<usize>m) << 2))
    const more = smoothing * (f32.load(z + label) - sum / <f32>classes)
    f32.store(losses + ((<usize>m) << 2), (loss + more) * weight)
    z += stride
    dz += stride
  }
}
