// Products of a dense layer whose inputs are 0 in many places, as behind a ReLU: only the other values are multiplied, by
// rows of x in the forward product and by columns in the gradient. Every sum has the terms and the order of dense.ts
// without the terms that are 0, so the bits are the same.
//
// A value is multiplied by 24 weights here; a tile of dense.ts multiplies 4 values by 8 weights. This needs more loads for
// as many multiplications, and lists, so it saves time if more than a third of the values are 0.

import { COLUMN_VALUES, ROW_VALUES } from './constants'
import { listBytes, listColumns, listRow, multiplyLists } from './lists'
import { gradientTile1, gradientTile4, productTile } from './tiles'

/** Rows of the batch that are multiplied by the same weights before the next weights. */
const ROW_BLOCK: u32 = 32

/** y = b + x W as `product` of dense.ts; `lists` is room for a list of ROW_VALUES values for each of up to 32 rows. */
export function productWithoutZeros(
  x: usize,
  xStride: usize,
  w: usize,
  k: u32,
  b: usize,
  y: usize,
  yStride: usize,
  rows: u32,
  panels: u32,
  lists: usize,
): void {
  const panelBytes = (<usize>k) << 5
  const threes: u32 = panels / 3
  const listed: u32 = 3 * threes
  const width = (<usize>listed) << 5
  for (let block: u32 = 0; block < rows; block += ROW_BLOCK) {
    const count = min(ROW_BLOCK, rows - block)
    const from = x + block * xStride
    const to = y + block * yStride
    for (let i: u32 = 0; i < count; i++) memory.copy(to + i * yStride, b, width)
    for (let first: u32 = 0; first < k; first += ROW_VALUES) {
      const n = min(ROW_VALUES, k - first)
      for (let i: u32 = 0; i < count; i++) {
        listRow(
          from + i * xStride + ((<usize>first) << 2),
          n,
          32,
          lists + i * listBytes(ROW_VALUES),
          ROW_VALUES,
        )
      }
      const weights = w + ((<usize>first) << 5)
      multiplyLists(lists, ROW_VALUES, count, weights, panelBytes, to, yStride, 32, threes)
    }
    for (let p = listed; p < panels; p++) {
      const out = to + ((<usize>p) << 5)
      for (let i: u32 = 0; i < count; i += 4)
        productTile(
          from + i * xStride,
          xStride,
          0,
          1,
          k,
          w + p * panelBytes,
          b + (p << 5),
          out + i * yStride,
          yStride,
        )
    }
  }
}

/** Rows first .. end of g = x^T dy as `productGradient`; `lists` is room for four lists of COLUMN_VALUES values. */
export function gradientWithoutZeros(
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
  lists: usize,
): void {
  const panelBytes = (<usize>k) << 5
  const threes: u32 = panels / 3
  const fours = first + ((end - first) & ~3)
  for (let p: u32 = 0; p < panels; p++)
    memory.fill(g + p * panelBytes + ((<usize>first) << 5), 0, (end - first) << 5)
  for (let chunk: u32 = 0; chunk < batch; chunk += COLUMN_VALUES) {
    const rows = min(COLUMN_VALUES, batch - chunk)
    const from = x + chunk * xStride
    const dyChunk = dy + chunk * dyStride
    for (let i = first; i < fours; i += 4) {
      listColumns(from + ((<usize>i) << 2), xStride, rows, <u32>dyStride, lists, COLUMN_VALUES)
      multiplyLists(lists, COLUMN_VALUES, 4, dyChunk, 32, g + ((<usize>i) << 5), 32, panelBytes, threes)
    }
    // The rest at the edges: the last columns of x, and panels that do not fill three.
    for (let p: u32 = 0; p < panels; p++) {
      const panel = g + p * panelBytes
      const e = dyChunk + ((<usize>p) << 5)
      let i = p < <u32>3 * threes ? fours : first
      for (; i + 4 <= end; i += 4)
        gradientTile4(from + (i << 2), xStride, 0, e, dyStride, 1, rows, panel + (i << 5))
      for (; i < end; i++) gradientTile1(from + (i << 2), xStride, 0, e, dyStride, 1, rows, panel + (i << 5))
    }
  }
}
