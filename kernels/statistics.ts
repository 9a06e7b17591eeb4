// Batch normalisation: statistics of the whole batch from those of its groups of rows (norm.ts), one value a channel. Sums
// are in float64 and in the order of the groups, so every thread gets the same bits.

/** Rows of a group: four, in the last one what is left. */
function groupRows(group: u32, batch: u32): u32 {
  return min(batch - (group << 2), 4)
}

/** Mean of a channel over the batch, from the means of its groups `stride` bytes apart. */
function batchMean(mean: usize, stride: usize, batch: u32): f64 {
  let sum: f64 = 0
  for (let group: u32 = 0; group << 2 < batch; group++, mean += stride) {
    sum += <f64>groupRows(group, batch) * <f64>f32.load(mean)
  }
  return sum / <f64>batch
}

/**
 * Sum of squared deviations of a channel over the batch: those inside of the groups, plus for each of the n values of a
 * group the squared difference of the group's mean and the batch's (Chan, Golub, LeVeque 1983).
 */
function batchSquares(mean: usize, squares: usize, stride: usize, batch: u32, pixels: u32, whole: f64): f64 {
  let sum: f64 = 0
  for (let group: u32 = 0; group << 2 < batch; group++, mean += stride, squares += stride) {
    const apart = <f64>f32.load(mean) - whole
    sum += <f64>f32.load(squares) + <f64>(groupRows(group, batch) * pixels) * apart * apart
  }
  return sum
}

/** Mean and 1 / sqrt(variance + epsilon) of each channel over the batch. */
export function batchStatistics(
  mean: usize,
  squares: usize,
  stride: usize,
  batch: u32,
  pixels: u32,
  channels: u32,
  epsilon: f64,
  toMean: usize,
  toInverse: usize,
): void {
  const n = <f64>batch * <f64>pixels
  for (let c: u32 = 0; c < channels; c++) {
    const at = (<usize>c) << 2
    const whole = batchMean(mean + at, stride, batch)
    const variance = batchSquares(mean + at, squares + at, stride, batch, pixels, whole) / n
    f32.store(toMean + at, <f32>whole)
    f32.store(toInverse + at, <f32>(1 / sqrt<f64>(variance + epsilon)))
  }
}

/** Moves the running mean and the running variance (with n - 1) towards those of the batch. */
export function keepStatistics(
  mean: usize,
  squares: usize,
  stride: usize,
  batch: u32,
  pixels: u32,
  channels: u32,
  momentum: f64,
  runningMean: usize,
  runningVariance: usize,
): void {
  const n = <f64>batch * <f64>pixels
  for (let c: u32 = 0; c < channels; c++) {
    const at = (<usize>c) << 2
    const whole = batchMean(mean + at, stride, batch)
    const variance = batchSquares(mean + at, squares + at, stride, batch, pixels, whole) / max<f64>(n - 1, 1)
    const oldMean = <f64>f32.load(runningMean + at)
    const oldVariance = <f64>f32.load(runningVariance + at)
    f32.store(runningMean + at, <f32>(momentum * oldMean + (1 - momentum) * whole))
    f32.store(runningVariance + at, <f32>(momentum * oldVariance + (1 - momentum) * variance))
  }
}

/** As {@link batchStatistics}, from a given mean and variance. */
export function keptStatistics(
  mean: usize,
  variance: usize,
  channels: u32,
  epsilon: f64,
  toMean: usize,
  toInverse: usize,
): void {
  for (let c: u32 = 0; c < channels; c++) {
    const at = (<usize>c) << 2
    f32.store(toMean + at, f32.load(mean + at))
    f32.store(toInverse + at, <f32>(1 / sqrt<f64>(<f64>f32.load(variance + at) + epsilon)))
  }
}

/** to = sum over `groups` groups, in float64, / n, for each of some channels. */
export function groupMeans(from: usize, stride: usize, groups: u32, channels: u32, n: f64, to: usize): void {
  for (let c: u32 = 0; c < channels; c++) {
    const at = (<usize>c) << 2
    let sum: f64 = 0
    for (let group: u32 = 0; group < groups; group++) sum += <f64>f32.load(from + at + <usize>group * stride)
    f32.store(to + at, <f32>(sum / n))
  }
}
