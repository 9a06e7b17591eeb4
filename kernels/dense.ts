// Matrix products for dense layers. Activations are row-major with a stride in bytes; rows come in fours (the
// buffers are padded). Weights lie in panels: [columns / 8][rows][8], so that the inner loop reads them in order.
//
// Every output element is summed over k = 0, 1, 2, ... in that order, whatever the tile or thread: equal bits.
// A tile of 4 rows x 8 columns needs 8 accumulators, 2 weights, 4 splats and 1 temporary: the 15 vector registers
// that V8 can give. Anything larger spills (docs/performance.md).

/** Rows that pass through all panels before the next rows are fetched: 32 rows of activations stay in the cache. */
const ROW_BLOCK: u32 = 32
/** Batch rows summed in registers before a gradient tile goes back to memory. */
const BATCH_CHUNK: u32 = 64

/** y[4][8] = start[8] + x[4][k] * w[k][8] */
function productTile(
  x: usize,
  xStride: usize,
  w: usize,
  k: u32,
  start: usize,
  y: usize,
  yStride: usize,
): void {
  let x1 = x + xStride
  let x2 = x1 + xStride
  let x3 = x2 + xStride
  const end = x + ((<usize>k) << 2)
  let a0 = v128.load(start)
  let a1 = v128.load(start, 16)
  let b0 = a0
  let b1 = a1
  let c0 = a0
  let c1 = a1
  let d0 = a0
  let d1 = a1
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
  v128.store(y, a0)
  v128.store(y, a1, 16)
  y += yStride
  v128.store(y, b0)
  v128.store(y, b1, 16)
  y += yStride
  v128.store(y, c0)
  v128.store(y, c1, 16)
  y += yStride
  v128.store(y, d0)
  v128.store(y, d1, 16)
}

/**
 * y = start + x W for `rows` rows (a multiple of 4) and `panels` panels of 8 columns.
 * `start` is the bias with `startStep` 32, or eight zeros with `startStep` 0.
 */
export function product(
  x: usize,
  xStride: usize,
  w: usize,
  k: u32,
  start: usize,
  startStep: usize,
  y: usize,
  yStride: usize,
  rows: u32,
  panels: u32,
): void {
  const panelBytes = (<usize>k) << 5
  for (let block: u32 = 0; block < rows; block += ROW_BLOCK) {
    const blockEnd = min(block + ROW_BLOCK, rows)
    for (let p: u32 = 0; p < panels; p++) {
      const panel = w + p * panelBytes
      const first = start + p * startStep
      const out = y + ((<usize>p) << 5)
      for (let m = block; m < blockEnd; m += 4) {
        productTile(x + m * xStride, xStride, panel, k, first, out + m * yStride, yStride)
      }
    }
  }
}

/** g[4][8] += x[rows][4]^T * dy[rows][8] */
function gradientTile(x: usize, xStride: usize, dy: usize, dyStride: usize, rows: u32, g: usize): void {
  let a0 = v128.load(g)
  let a1 = v128.load(g, 16)
  let b0 = v128.load(g, 32)
  let b1 = v128.load(g, 48)
  let c0 = v128.load(g, 64)
  let c1 = v128.load(g, 80)
  let d0 = v128.load(g, 96)
  let d1 = v128.load(g, 112)
  while (rows > 0) {
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
    x += xStride
    dy += dyStride
    rows--
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

/** g[1][8] += x[rows][1]^T * dy[rows][8]: the rows of weights that are left over from fours. */
function gradientRow(x: usize, xStride: usize, dy: usize, dyStride: usize, rows: u32, g: usize): void {
  let a0 = v128.load(g)
  let a1 = v128.load(g, 16)
  while (rows > 0) {
    const s = v128.load32_splat(x)
    a0 = f32x4.add(a0, f32x4.mul(s, v128.load(dy)))
    a1 = f32x4.add(a1, f32x4.mul(s, v128.load(dy, 16)))
    x += xStride
    dy += dyStride
    rows--
  }
  v128.store(g, a0)
  v128.store(g, a1, 16)
}

/** Rows first .. end of g = x^T dy over the batch, g in panels of `k` rows. */
export function productGradient(
  x: usize,
  xStride: usize,
  dy: usize,
  dyStride: usize,
  batch: u32,
  g: usize,
  k: u32,
  panels: u32,
  first: u32,
  end: u32,
): void {
  if (end <= first) return
  const panelBytes = (<usize>k) << 5
  for (let p: u32 = 0; p < panels; p++)
    memory.fill(g + p * panelBytes + ((<usize>first) << 5), 0, (end - first) << 5)
  for (let chunk: u32 = 0; chunk < batch; chunk += BATCH_CHUNK) {
    const rows = min(BATCH_CHUNK, batch - chunk)
    const xChunk = x + chunk * xStride
    for (let p: u32 = 0; p < panels; p++) {
      const dyChunk = dy + chunk * dyStride + ((<usize>p) << 5)
      const panel = g + p * panelBytes
      let i = first
      for (; i + 4 <= end; i += 4) {
        gradientTile(xChunk + ((<usize>i) << 2), xStride, dyChunk, dyStride, rows, panel + ((<usize>i) << 5))
      }
      for (; i < end; i++) {
        gradientRow(xChunk + ((<usize>i) << 2), xStride, dyChunk, dyStride, rows, panel + ((<usize>i) << 5))
      }
    }
  }
}

/** g[columns] = sum over the batch of dy: the gradient of a bias. */
export function columnSums(dy: usize, dyStride: usize, batch: u32, g: usize, panels: u32): void {
  for (let p: u32 = 0; p < panels; p++) {
    let a0 = f32x4.splat(0)
    let a1 = f32x4.splat(0)
    let from = dy + ((<usize>p) << 5)
    for (let m: u32 = 0; m < batch; m++) {
      a0 = f32x4.add(a0, v128.load(from))
      a1 = f32x4.add(a1, v128.load(from, 16))
      from += dyStride
    }
    v128.store(g + ((<usize>p) << 5), a0)
    v128.store(g + ((<usize>p) << 5), a1, 16)
  }
}

/**
 * Rows first .. end of the weights w[width / 8][rows][8] into the panels t[rows / 8][width][8] of the transposed
 * matrix, which the input gradient multiplies by. `first` is a multiple of 8.
 */
export function transpose(w: usize, rows: u32, width: u32, t: usize, first: u32, end: u32): void {
  for (let i = first; i < end; i++) {
    const to = t + ((<usize>(i >> 3) * width) << 5) + ((<usize>(i & 7)) << 2)
    for (let j: u32 = 0; j < width; j++) {
      const from = w + ((<usize>(j >> 3) * rows + i) << 5) + ((<usize>(j & 7)) << 2)
      f32.store(to + ((<usize>j) << 5), f32.load(from))
    }
  }
}
