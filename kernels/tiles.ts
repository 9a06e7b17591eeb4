// The innermost loops, shared by dense layers and convolutions. A tile needs 8 accumulators, 2 weights, 4 splats and 1
// temporary: the 15 vector registers that V8 can use. Larger tiles spill (docs/experiments.md).
//
// The four places of a tile are rows of the batch with one run of weights for a dense layer, and neighbouring pixels with
// one run for each kernel row for a convolution. Every output element is summed in the order
// of the weights, whatever the tile or thread: equal bits.

/** y[4][8] = start[8] + sum over `rows` runs of x[4][k] * w[k][8]; `step` from place to place, `rowBytes` from run to run. */
export function productTile(
  x: usize,
  step: usize,
  rowBytes: usize,
  rows: u32,
  k: u32,
  w: usize,
  start: usize,
  y: usize,
  yStep: usize,
): void {
  const length = (<usize>k) << 2
  const skip = rowBytes - length
  let x1 = x + step
  let x2 = x1 + step
  let x3 = x2 + step
  let a0 = v128.load(start)
  let a1 = v128.load(start, 16)
  let b0 = a0
  let b1 = a1
  let c0 = a0
  let c1 = a1
  let d0 = a0
  let d1 = a1
  while (rows > 0) {
    const end = x + length
    while (x < end) {
      const w0 = v128.load(w)
      const w1 = v128.load(w, 16)
      const s0 = v128.load32_splat(x)
      a0 = f32x4.add(a0, f32x4.mul(s0, w0))
      a1 = f32x4.add(a1, f32x4.mul(s0, w1))
      const s1 = v128.load32_splat(x1)
      b0 = f32x4.add(b0, f32x4.mul(s1, w0))
      b1 = f32x4.add(b1, f32x4.mul(s1, w1))
      const s2 = v128.load32_splat(x2)
      c0 = f32x4.add(c0, f32x4.mul(s2, w0))
      c1 = f32x4.add(c1, f32x4.mul(s2, w1))
      const s3 = v128.load32_splat(x3)
      d0 = f32x4.add(d0, f32x4.mul(s3, w0))
      d1 = f32x4.add(d1, f32x4.mul(s3, w1))
      x += 4
      x1 += 4
      x2 += 4
      x3 += 4
      w += 32
    }
    x += skip
    x1 += skip
    x2 += skip
    x3 += skip
    rows--
  }
  v128.store(y, a0)
  v128.store(y, a1, 16)
  y += yStep
  v128.store(y, b0)
  v128.store(y, b1, 16)
  y += yStep
  v128.store(y, c0)
  v128.store(y, c1, 16)
  y += yStep
  v128.store(y, d0)
  v128.store(y, d1, 16)
}

/** g[4][8] += sum over height x width places of x[4]^T dy[8]; `xRow` from row to row of places, dy without gaps. */
export function gradientTile4(
  x: usize,
  xStep: usize,
  xRow: usize,
  dy: usize,
  dyStep: usize,
  height: u32,
  width: u32,
  g: usize,
): void {
  const length = width * dyStep
  const skip = xRow - width * xStep
  let a0 = v128.load(g)
  let a1 = v128.load(g, 16)
  let b0 = v128.load(g, 32)
  let b1 = v128.load(g, 48)
  let c0 = v128.load(g, 64)
  let c1 = v128.load(g, 80)
  let d0 = v128.load(g, 96)
  let d1 = v128.load(g, 112)
  while (height > 0) {
    const end = dy + length
    while (dy < end) {
      const e0 = v128.load(dy)
      const e1 = v128.load(dy, 16)
      const s0 = v128.load32_splat(x)
      a0 = f32x4.add(a0, f32x4.mul(s0, e0))
      a1 = f32x4.add(a1, f32x4.mul(s0, e1))
      const s1 = v128.load32_splat(x, 4)
      b0 = f32x4.add(b0, f32x4.mul(s1, e0))
      b1 = f32x4.add(b1, f32x4.mul(s1, e1))
      const s2 = v128.load32_splat(x, 8)
      c0 = f32x4.add(c0, f32x4.mul(s2, e0))
      c1 = f32x4.add(c1, f32x4.mul(s2, e1))
      const s3 = v128.load32_splat(x, 12)
      d0 = f32x4.add(d0, f32x4.mul(s3, e0))
      d1 = f32x4.add(d1, f32x4.mul(s3, e1))
      x += xStep
      dy += dyStep
    }
    x += skip
    height--
  }
  v128.store(g, a0)
  v128.store(g, a1, 16)
  v128.store(g, b0, 32)
  v128.store(g, b1, 48)
  v128.store(g, c0, 64)
  v128.store(g, c1, 80)
  v128.store(g, d0, 96)
  v128.store(g, d1, 112)
}

/** The same for 3 rows of weights: kernel rows of 3 x 1 channel or 3 x 3 channels divide by three, not by four. */
export function gradientTile3(
  x: usize,
  xStep: usize,
  xRow: usize,
  dy: usize,
  dyStep: usize,
  height: u32,
  width: u32,
  g: usize,
): void {
  const length = width * dyStep
  const skip = xRow - width * xStep
  let a0 = v128.load(g)
  let a1 = v128.load(g, 16)
  let b0 = v128.load(g, 32)
  let b1 = v128.load(g, 48)
  let c0 = v128.load(g, 64)
  let c1 = v128.load(g, 80)
  while (height > 0) {
    for (const end = dy + length; dy < end; dy += dyStep, x += xStep) {
      const e0 = v128.load(dy)
      const e1 = v128.load(dy, 16)
      const s0 = v128.load32_splat(x)
      a0 = f32x4.add(a0, f32x4.mul(s0, e0))
      a1 = f32x4.add(a1, f32x4.mul(s0, e1))
      const s1 = v128.load32_splat(x, 4)
      b0 = f32x4.add(b0, f32x4.mul(s1, e0))
      b1 = f32x4.add(b1, f32x4.mul(s1, e1))
      const s2 = v128.load32_splat(x, 8)
      c0 = f32x4.add(c0, f32x4.mul(s2, e0))
      c1 = f32x4.add(c1, f32x4.mul(s2, e1))
    }
    x += skip
    height--
  }
  v128.store(g, a0)
  v128.store(g, a1, 16)
  v128.store(g, b0, 32)
  v128.store(g, b1, 48)
  v128.store(g, c0, 64)
  v128.store(g, c1, 80)
}

/** The same for one row of weights. */
export function gradientTile1(
  x: usize,
  xStep: usize,
  xRow: usize,
  dy: usize,
  dyStep: usize,
  height: u32,
  width: u32,
  g: usize,
): void {
  const length = width * dyStep
  const skip = xRow - width * xStep
  let a0 = v128.load(g)
  let a1 = v128.load(g, 16)
  while (height > 0) {
    for (const end = dy + length; dy < end; dy += dyStep, x += xStep) {
      const s = v128.load32_splat(x)
      a0 = f32x4.add(a0, f32x4.mul(s, v128.load(dy)))
      a1 = f32x4.add(a1, f32x4.mul(s, v128.load(dy, 16)))
    }
    x += skip
    height--
  }
  v128.store(g, a0)
  v128.store(g, a1, 16)
}
