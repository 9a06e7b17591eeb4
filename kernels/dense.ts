// Matrix products for dense layers. Activations are row-major with a stride in bytes; rows come in fours (the
// buffers are padded). Weights lie in panels: [columns / 8][rows][8], so that the inner loop reads them in order.
//
// Every output element is summed over k = 0, 1, 2, ... in that order, whatever the tile or thread: equal bits.

import { gradientTile1, gradientTile4, productTile } from './tiles'

/** Rows that are multiplied by all panels before the next rows: 32 rows of activations stay in the cache. */
const ROW_BLOCK: u32 = 32
/** Batch rows summed in registers before a gradient tile is written to memory; fewer for long rows. */
const BATCH_CHUNK: u32 = 64
const BATCH_CHUNK_WIDE: u32 = 32
/** Fewest panels of a long row. */
const WIDE: u32 = 65

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
        productTile(x + m * xStride, xStride, 0, 1, k, panel, first, out + m * yStride, yStride)
      }
    }
  }
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
  const most = panels < WIDE ? BATCH_CHUNK : BATCH_CHUNK_WIDE
  for (let chunk: u32 = 0; chunk < batch; chunk += most) {
    const rows = min(most, batch - chunk)
    const xChunk = x + chunk * xStride
    for (let p: u32 = 0; p < panels; p++) {
      const dyChunk = dy + chunk * dyStride + ((<usize>p) << 5)
      const panel = g + p * panelBytes
      let i = first
      for (; i + 4 <= end; i += 4) {
        gradientTile4(
          xChunk + ((<usize>i) << 2),
          xStride,
          0,
          dyChunk,
          dyStride,
          1,
          rows,
          panel + ((<usize>i) << 5),
        )
      }
      for (; i < end; i++) {
        gradientTile1(
          xChunk + ((<usize>i) << 2),
          xStride,
          0,
          dyChunk,
          dyStride,
          1,
          rows,
          panel + ((<usize>i) << 5),
        )
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
 * matrix, which the input gradient multiplies by. `first` is a multiple of 8. Eight rows of a panel are one run in
 * both, so 8 x 8 elements are transposed at once, and the remaining elements at the edges one by one.
 */
export function transpose(w: usize, rows: u32, width: u32, t: usize, first: u32, end: u32): void {
  const whole = width & ~7
  let i = first
  for (; i + 8 <= end; i += 8) {
    const to = t + ((<usize>(i >> 3) * width) << 5)
    for (let j: u32 = 0; j < whole; j += 8) {
      const from = w + ((<usize>(j >> 3) * rows + i) << 5)
      const target = to + ((<usize>j) << 5)
      turn4(from, target)
      turn4(from + 16, target + 128)
      turn4(from + 128, target + 16)
      turn4(from + 144, target + 144)
    }
    transposePart(w, rows, width, t, i, i + 8, whole)
  }
  transposePart(w, rows, width, t, i, end, 0)
}

/** 4 x 4 elements of an 8 x 8 block. */
function turn4(from: usize, to: usize): void {
  const a = v128.load(from)
  const b = v128.load(from, 32)
  const c = v128.load(from, 64)
  const d = v128.load(from, 96)
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  v128.store(to, v128.shuffle<f64>(ab, cd, 0, 2))
  v128.store(to, v128.shuffle<f64>(ab, cd, 1, 3), 32)
  const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<f64>(ab2, cd2, 0, 2), 64)
  v128.store(to, v128.shuffle<f64>(ab2, cd2, 1, 3), 96)
}

/** Rows first .. end of columns `column` .. width, one element after another. */
function transposePart(w: usize, rows: u32, width: u32, t: usize, first: u32, end: u32, column: u32): void {
  for (let i = first; i < end; i++) {
    const to = t + ((<usize>(i >> 3) * width) << 5) + ((<usize>(i & 7)) << 2)
    for (let j = column; j < width; j++) {
      const from = w + ((<usize>(j >> 3) * rows + i) << 5) + ((<usize>(j & 7)) << 2)
      f32.store(to + ((<usize>j) << 5), f32.load(from))
    }
  }
}
