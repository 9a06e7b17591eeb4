// Batch normalisation. A row of activations is `pixels` x `channels` (a flat row: one pixel), and every channel has one
// mean and one variance over the batch and all pixels. Four channels at a time, the rest one by one.
//
// The contribution of a group of rows is summed in float32 while the group is in the cache. statistics.ts adds the groups
// in their order, so no sum depends on the thread that computed it.

// --- Contributions of a group of rows ---------------------------------------------------------------------------------

/** {@link moments} for the four channels at x. Four pixels have separate sums, so that none waits for another. */
function moments4(
  x: usize,
  stride: usize,
  rows: u32,
  pixels: u32,
  step: usize,
  mean: usize,
  squares: usize,
): void {
  const n = f32x4.splat(<f32>(rows * pixels))
  const fours = pixels & ~3
  let s0 = f32x4.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  for (let m: u32 = 0; m < rows; m++) {
    let at = x + <usize>m * stride
    for (let p: u32 = 0; p < fours; p += 4) {
      s0 = f32x4.add(s0, v128.load(at))
      at += step
      s1 = f32x4.add(s1, v128.load(at))
      at += step
      s2 = f32x4.add(s2, v128.load(at))
      at += step
      s3 = f32x4.add(s3, v128.load(at))
      at += step
    }
    for (let p = fours; p < pixels; p++, at += step) s0 = f32x4.add(s0, v128.load(at))
  }
  const center = f32x4.div(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), n)
  s0 = s1 = s2 = s3 = f32x4.splat(0)
  let q0 = s0
  let q1 = s0
  let q2 = s0
  let q3 = s0
  for (let m: u32 = 0; m < rows; m++) {
    let at = x + <usize>m * stride
    for (let p: u32 = 0; p < fours; p += 4) {
      const d0 = f32x4.sub(v128.load(at), center)
      s0 = f32x4.add(s0, d0)
      q0 = f32x4.add(q0, f32x4.mul(d0, d0))
      at += step
      const d1 = f32x4.sub(v128.load(at), center)
      s1 = f32x4.add(s1, d1)
      q1 = f32x4.add(q1, f32x4.mul(d1, d1))
      at += step
      const d2 = f32x4.sub(v128.load(at), center)
      s2 = f32x4.add(s2, d2)
      q2 = f32x4.add(q2, f32x4.mul(d2, d2))
      at += step
      const d3 = f32x4.sub(v128.load(at), center)
      s3 = f32x4.add(s3, d3)
      q3 = f32x4.add(q3, f32x4.mul(d3, d3))
      at += step
    }
    for (let p = fours; p < pixels; p++, at += step) {
      const d = f32x4.sub(v128.load(at), center)
      s0 = f32x4.add(s0, d)
      q0 = f32x4.add(q0, f32x4.mul(d, d))
    }
  }
  const rest = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))
  const sum = f32x4.add(f32x4.add(q0, q1), f32x4.add(q2, q3))
  const shift = f32x4.div(rest, n)
  v128.store(mean, f32x4.add(center, shift))
  v128.store(squares, f32x4.max(f32x4.sub(sum, f32x4.mul(rest, shift)), f32x4.splat(0)))
}

/** See {@link moments}, for the one channel at x. */
function moments1(
  x: usize,
  stride: usize,
  rows: u32,
  pixels: u32,
  step: usize,
  mean: usize,
  squares: usize,
): void {
  const n = <f32>(rows * pixels)
  let sum: f32 = 0
  for (let m: u32 = 0; m < rows; m++) {
    let at = x + <usize>m * stride
    for (let p: u32 = 0; p < pixels; p++, at += step) sum += f32.load(at)
  }
  const center = sum / n
  let rest: f32 = 0
  sum = 0
  for (let m: u32 = 0; m < rows; m++) {
    let at = x + <usize>m * stride
    for (let p: u32 = 0; p < pixels; p++, at += step) {
      const d = f32.load(at) - center
      rest += d
      sum += d * d
    }
  }
  f32.store(mean, center + rest / n)
  f32.store(squares, max(sum - rest * (rest / n), 0))
}

/**
 * Mean and sum of squared deviations from it, of each channel over a group of rows, in two passes. Deviations from an exact
 * mean sum to 0; their actual sum corrects both results (Chan, Golub, LeVeque: "Algorithms for
 * computing the sample variance", 1983, section 3).
 */
export function moments(
  x: usize,
  stride: usize,
  rows: u32,
  pixels: u32,
  channels: u32,
  mean: usize,
  squares: usize,
): void {
  const step = (<usize>channels) << 2
  const vectors = channels & ~3
  for (let c: u32 = 0; c < vectors; c += 4) {
    const at = (<usize>c) << 2
    moments4(x + at, stride, rows, pixels, step, mean + at, squares + at)
  }
  for (let c = vectors; c < channels; c++) {
    const at = (<usize>c) << 2
    moments1(x + at, stride, rows, pixels, step, mean + at, squares + at)
  }
}

/** See {@link normalizeSums}, for the four channels at x. */
function sums4(
  x: usize,
  dy: usize,
  stride: usize,
  rows: u32,
  pixels: u32,
  step: usize,
  mean: usize,
  inverse: usize,
  shift: usize,
  scale: usize,
): void {
  const center = v128.load(mean)
  const pairs = pixels & ~1
  let s0 = f32x4.splat(0)
  let s1 = s0
  let q0 = s0
  let q1 = s0
  for (let m: u32 = 0; m < rows; m++) {
    let at = x + <usize>m * stride
    let from = dy + <usize>m * stride
    for (let p: u32 = 0; p < pairs; p += 2) {
      const d0 = v128.load(from)
      s0 = f32x4.add(s0, d0)
      q0 = f32x4.add(q0, f32x4.mul(d0, f32x4.sub(v128.load(at), center)))
      at += step
      from += step
      const d1 = v128.load(from)
      s1 = f32x4.add(s1, d1)
      q1 = f32x4.add(q1, f32x4.mul(d1, f32x4.sub(v128.load(at), center)))
      at += step
      from += step
    }
    if (pairs < pixels) {
      const d = v128.load(from)
      s0 = f32x4.add(s0, d)
      q0 = f32x4.add(q0, f32x4.mul(d, f32x4.sub(v128.load(at), center)))
    }
  }
  v128.store(shift, f32x4.add(s0, s1))
  v128.store(scale, f32x4.mul(f32x4.add(q0, q1), v128.load(inverse)))
}

/** See {@link normalizeSums}, for the one channel at x. */
function sums1(
  x: usize,
  dy: usize,
  stride: usize,
  rows: u32,
  pixels: u32,
  step: usize,
  mean: usize,
  inverse: usize,
  shift: usize,
  scale: usize,
): void {
  const center = f32.load(mean)
  let s: f32 = 0
  let q: f32 = 0
  for (let m: u32 = 0; m < rows; m++) {
    let at = x + <usize>m * stride
    let from = dy + <usize>m * stride
    for (let p: u32 = 0; p < pixels; p++, at += step, from += step) {
      const d = f32.load(from)
      s += d
      q += d * (f32.load(at) - center)
    }
  }
  f32.store(shift, s)
  f32.store(scale, q * f32.load(inverse))
}

/** Sums over a group of rows, for each channel: shift = sum of dy, scale = sum of dy (x - mean) inverse. */
export function normalizeSums(
  x: usize,
  dy: usize,
  stride: usize,
  rows: u32,
  pixels: u32,
  channels: u32,
  mean: usize,
  inverse: usize,
  shift: usize,
  scale: usize,
): void {
  const step = (<usize>channels) << 2
  const vectors = channels & ~3
  for (let c: u32 = 0; c < vectors; c += 4) {
    const at = (<usize>c) << 2
    sums4(x + at, dy + at, stride, rows, pixels, step, mean + at, inverse + at, shift + at, scale + at)
  }
  for (let c = vectors; c < channels; c++) {
    const at = (<usize>c) << 2
    sums1(x + at, dy + at, stride, rows, pixels, step, mean + at, inverse + at, shift + at, scale + at)
  }
}

// --- Row by row -------------------------------------------------------------------------------------------------------

/** y = (x - mean) inverse scale + shift */
export function normalize(
  x: usize,
  y: usize,
  stride: usize,
  rows: u32,
  pixels: u32,
  channels: u32,
  mean: usize,
  inverse: usize,
  scale: usize,
  shift: usize,
): void {
  const step = (<usize>channels) << 2
  const length = <usize>pixels * step
  const vectors = channels & ~3
  for (let m: u32 = 0; m < rows; m++) {
    for (let c: u32 = 0; c < vectors; c += 4) {
      const at = (<usize>c) << 2
      const center = v128.load(mean + at)
      const factor = f32x4.mul(v128.load(inverse + at), v128.load(scale + at))
      const start = v128.load(shift + at)
      let to = y + at
      for (let from = x + at, end = from + length; from < end; from += step, to += step) {
        v128.store(to, f32x4.add(f32x4.mul(f32x4.sub(v128.load(from), center), factor), start))
      }
    }
    for (let c = vectors; c < channels; c++) {
      const at = (<usize>c) << 2
      const center = f32.load(mean + at)
      const factor = f32.load(inverse + at) * f32.load(scale + at)
      const start = f32.load(shift + at)
      let to = y + at
      for (let from = x + at, end = from + length; from < end; from += step, to += step) {
        f32.store(to, (f32.load(from) - center) * factor + start)
      }
    }
    x += stride
    y += stride
  }
}

/** dx = scale inverse (dy - shiftMean - (x - mean) inverse scaleMean) */
export function normalizeBackward(
  x: usize,
  dy: usize,
  dx: usize,
  stride: usize,
  rows: u32,
  pixels: u32,
  channels: u32,
  mean: usize,
  inverse: usize,
  scale: usize,
  shiftMean: usize,
  scaleMean: usize,
): void {
  const step = (<usize>channels) << 2
  const length = <usize>pixels * step
  const vectors = channels & ~3
  for (let m: u32 = 0; m < rows; m++) {
    for (let c: u32 = 0; c < vectors; c += 4) {
      const at = (<usize>c) << 2
      const center = v128.load(mean + at)
      const factor = f32x4.mul(v128.load(inverse + at), v128.load(scale + at))
      const start = v128.load(shiftMean + at)
      const slope = f32x4.mul(v128.load(inverse + at), v128.load(scaleMean + at))
      let gradient = dy + at
      let to = dx + at
      for (let from = x + at, end = from + length; from < end; from += step, to += step, gradient += step) {
        const apart = f32x4.mul(f32x4.sub(v128.load(from), center), slope)
        v128.store(to, f32x4.mul(f32x4.sub(f32x4.sub(v128.load(gradient), start), apart), factor))
      }
    }
    for (let c = vectors; c < channels; c++) {
      const at = (<usize>c) << 2
      const center = f32.load(mean + at)
      const factor = f32.load(inverse + at) * f32.load(scale + at)
      const start = f32.load(shiftMean + at)
      const slope = f32.load(inverse + at) * f32.load(scaleMean + at)
      let gradient = dy + at
      let to = dx + at
      for (let from = x + at, end = from + length; from < end; from += step, to += step, gradient += step) {
        const apart = (f32.load(from) - center) * slope
        f32.store(to, (f32.load(gradient) - start - apart) * factor)
      }
    }
    x += stride
    dy += stride
    dx += stride
  }
}
