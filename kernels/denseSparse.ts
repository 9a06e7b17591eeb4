// Products of a dense layer whose inputs are 0 in many places, such as the background of an image. An input is stored
// as z with x = z - shift, where the shift is one value a column and z is exactly 0 where the pixel is 0. Then
//
//     y  = b + x W     = (b - shift W) + z W              the first term is the same for all rows
//     dW = x^T dy      = -shift (sum of dy) + z^T dy      the sum goes over the batch
//
// and only values other than 0 in z are multiplied. A tile is 2 x 16: two rows of the batch and one column of z for y, two
// columns and one row for dW. The loop goes through a list of the places where either of the two values is not 0. An
// entry of a list has 12 bytes: the byte offset into the other factor, and the two values.
//
// Skipped terms are 0, so the order of every sum is k = 0, 1, 2, ... (or the rows of the batch) as in dense.ts. Sums start
// with +0 and never become -0, so that skipping a term changes no bit, whichever rows or columns make a pair.

import { LIST_HEAD, PAIR_COLUMN_ROWS, PAIR_ENTRY } from './constants'
import { product } from './dense'
import { gradientTile1, gradientTile4, productTile } from './tiles'

/** Rows of the batch whose lists are made before they are used. */
const ROW_BLOCK: u32 = 32

/**
 * y = b - shift w + z w for `rows` rows (a multiple of 4) and `panels` panels of 8 columns; w in panels as in dense.ts.
 * `lists` is room for 16 pairs of rows, `listBytes` for each.
 */
export function sparseProduct(
  z: usize,
  zStride: usize,
  shift: usize,
  w: usize,
  k: u32,
  b: usize,
  y: usize,
  yStride: usize,
  rows: u32,
  panels: u32,
  lists: usize,
  listBytes: usize,
): void {
  const panelBytes = (<usize>k) << 5
  for (let p: u32 = 0; p < panels; p++)
    startProduct(shift, w + p * panelBytes, k, b + (p << 5), y + (p << 5), yStride, rows)
  const paired = panels & ~1
  for (let block: u32 = 0; block < rows && paired > 0; block += ROW_BLOCK) {
    const count = min(ROW_BLOCK, rows - block) >> 1
    listPairs(z + block * zStride, zStride, k, count, lists, listBytes)
    const out = y + block * yStride
    multiply(
      lists,
      listBytes,
      count,
      w,
      panelBytes,
      2 * panelBytes,
      out,
      yStride,
      2 * yStride,
      32,
      64,
      paired >> 1,
    )
  }
  if (paired === panels) return
  // From the last rows to the first, because all sums start from the values of the first row.
  const first = y + (paired << 5)
  for (let m = rows; m > 0; m -= 4) {
    const from = (m - 4) * zStride
    productTile(
      z + from,
      zStride,
      0,
      1,
      k,
      w + paired * panelBytes,
      first,
      first + (m - 4) * yStride,
      yStride,
    )
  }
}

/**
 * y = z w for `rows` rows (a multiple of 4) and `panels` panels of 8 columns, without a shift. If less than an eighth of
 * the pairs in the first four rows of a block are zeros, the block goes through `product`, with the same bits.
 * `zeros` are eight zeros, `lists` room for 16 pairs of rows.
 */
export function productOfZeros(
  z: usize,
  zStride: usize,
  w: usize,
  k: u32,
  zeros: usize,
  y: usize,
  yStride: usize,
  rows: u32,
  panels: u32,
  lists: usize,
  listBytes: usize,
): void {
  const panelBytes = (<usize>k) << 5
  const paired = panels & ~1
  for (let block: u32 = 0; block < rows; block += ROW_BLOCK) {
    const count = min(ROW_BLOCK, rows - block) >> 1
    const from = z + block * zStride
    const to = y + block * yStride
    const probed = min(count, 2)
    const all = <usize>(probed * k) * PAIR_ENTRY
    if (listPairs(from, zStride, k, probed, lists, listBytes) > all - (all >> 3)) {
      product(from, zStride, w, k, zeros, 0, to, yStride, count << 1, panels)
      continue
    }
    listPairs(from, zStride, k, count, lists, listBytes)
    for (let m: u32 = 0; m < count << 1; m++) memory.fill(to + m * yStride, 0, paired << 5)
    multiply(
      lists,
      listBytes,
      count,
      w,
      panelBytes,
      2 * panelBytes,
      to,
      yStride,
      2 * yStride,
      32,
      64,
      paired >> 1,
    )
    const last = w + paired * panelBytes
    product(from, zStride, last, k, zeros, 0, to + (paired << 5), yStride, count << 1, panels - paired)
  }
}

/**
 * Rows first .. end of g = z^T dy - shift (sum of dy) over the batch, g in panels of `k` rows; `lists` is room for two
 * lists of `listBytes` each.
 */
export function sparseProductGradient(
  z: usize,
  zStride: usize,
  shift: usize,
  dy: usize,
  dyStride: usize,
  batch: u32,
  g: usize,
  k: u32,
  panels: u32,
  first: u32,
  end: u32,
  lists: usize,
  listBytes: usize,
): void {
  if (end <= first) return
  const panelBytes = (<usize>k) << 5
  for (let p: u32 = 0; p < panels; p++)
    startGradient(shift, dy + (p << 5), dyStride, batch, g + p * panelBytes, first, end)
  const paired = panels & ~1
  const eights = first + ((end - first) & ~7)
  for (let chunk: u32 = 0; chunk < batch; chunk += PAIR_COLUMN_ROWS) {
    const rows = min(PAIR_COLUMN_ROWS, batch - chunk)
    const from = z + chunk * zStride
    const dyChunk = dy + chunk * dyStride
    for (let i = first; i < eights && paired > 0; i += 8) {
      const column = from + (i << 2)
      listColumns(column, zStride, dyStride, rows, lists, lists + listBytes)
      listColumns(column + 16, zStride, dyStride, rows, lists + 2 * listBytes, lists + 3 * listBytes)
      const to = g + (i << 5)
      multiply(lists, listBytes, 4, dyChunk, 32, 64, to, 32, 64, panelBytes, 2 * panelBytes, paired >> 1)
    }
    // The rest at the edges: the last columns of z, and the last panel of an odd number of panels.
    for (let p: u32 = 0; p < panels; p++) {
      const panel = g + p * panelBytes
      const e = dyChunk + (p << 5)
      let i = p < paired ? eights : first
      for (; i + 4 <= end; i += 4)
        gradientTile4(from + (i << 2), zStride, 0, e, dyStride, 1, rows, panel + (i << 5))
      for (; i < end; i++) gradientTile1(from + (i << 2), zStride, 0, e, dyStride, 1, rows, panel + (i << 5))
    }
  }
}

/**
 * For each of `pairs` pairs of panels and each of `count` lists: a[16] += sum over the list of first value * m[16], and
 * b[16] with the second values. Offsets: the second 8 of the 16 are `mPanel` (in m) or `toPanel` (in the sums) behind the
 * first, the next 16 `mNext` or `toNext`, b `toB` behind a, and the sums of the next list `toList`.
 *
 * The tile is no function of its own, because V8 unrolls an inner loop only inside of other loops.
 */
function multiply(
  lists: usize,
  listBytes: usize,
  count: u32,
  m: usize,
  mPanel: usize,
  mNext: usize,
  to: usize,
  toB: usize,
  toList: usize,
  toPanel: usize,
  toNext: usize,
  pairs: u32,
): void {
  for (let p: u32 = 0; p < pairs; p++) {
    const m1 = m + mPanel
    let a = to
    let head = lists
    for (let i: u32 = 0; i < count; i++) {
      const b = a + toB
      let a0 = v128.load(a)
      let a1 = v128.load(a, 16)
      let b0 = v128.load(b)
      let b1 = v128.load(b, 16)
      let a2 = v128.load(a + toPanel)
      let a3 = v128.load(a + toPanel, 16)
      let b2 = v128.load(b + toPanel)
      let b3 = v128.load(b + toPanel, 16)
      const end = <usize>load<u32>(head)
      for (let entry = head + LIST_HEAD; entry < end; entry += PAIR_ENTRY) {
        const d = <usize>load<u32>(entry)
        const e0 = v128.load(m + d)
        const e1 = v128.load(m + d, 16)
        const e2 = v128.load(m1 + d)
        const e3 = v128.load(m1 + d, 16)
        const s = v128.load32_splat(entry, 4)
        a0 = f32x4.add(a0, f32x4.mul(s, e0))
        a1 = f32x4.add(a1, f32x4.mul(s, e1))
        a2 = f32x4.add(a2, f32x4.mul(s, e2))
        a3 = f32x4.add(a3, f32x4.mul(s, e3))
        const t = v128.load32_splat(entry, 8)
        b0 = f32x4.add(b0, f32x4.mul(t, e0))
        b1 = f32x4.add(b1, f32x4.mul(t, e1))
        b2 = f32x4.add(b2, f32x4.mul(t, e2))
        b3 = f32x4.add(b3, f32x4.mul(t, e3))
      }
      v128.store(a, a0)
      v128.store(a, a1, 16)
      v128.store(b, b0)
      v128.store(b, b1, 16)
      v128.store(a + toPanel, a2)
      v128.store(a + toPanel, a3, 16)
      v128.store(b + toPanel, b2)
      v128.store(b + toPanel, b3, 16)
      a += toList
      head += listBytes
    }
    m += mNext
    to += toNext
  }
}

/** b - shift w for one panel, into all rows. */
function startProduct(shift: usize, w: usize, k: u32, b: usize, y: usize, yStride: usize, rows: u32): void {
  const zero = f32x4.splat(0)
  let a0 = f32x4.add(zero, v128.load(b))
  let a1 = f32x4.add(zero, v128.load(b, 16))
  for (const end = w + ((<usize>k) << 5); w < end; w += 32, shift += 4) {
    const s = v128.load32_splat(shift)
    a0 = f32x4.sub(a0, f32x4.mul(s, v128.load(w)))
    a1 = f32x4.sub(a1, f32x4.mul(s, v128.load(w, 16)))
  }
  for (; rows > 0; rows--, y += yStride) {
    v128.store(y, a0)
    v128.store(y, a1, 16)
  }
}

/** -shift (sum of dy) for one panel, into rows first .. end of g. */
function startGradient(
  shift: usize,
  dy: usize,
  dyStride: usize,
  batch: u32,
  g: usize,
  first: u32,
  end: u32,
): void {
  const zero = f32x4.splat(0)
  let s0 = zero
  let s1 = zero
  for (; batch > 0; batch--, dy += dyStride) {
    s0 = f32x4.sub(s0, v128.load(dy))
    s1 = f32x4.sub(s1, v128.load(dy, 16))
  }
  for (let i = first; i < end; i++) {
    const s = v128.load32_splat(shift + ((<usize>i) << 2))
    const to = g + ((<usize>i) << 5)
    v128.store(to, f32x4.add(zero, f32x4.mul(s, s0)))
    v128.store(to, f32x4.add(zero, f32x4.mul(s, s1)), 16)
  }
}

/** A list for each of `count` pairs of rows. Returns the bytes of all entries. */
function listPairs(z: usize, zStride: usize, k: u32, count: u32, lists: usize, listBytes: usize): usize {
  let bytes: usize = 0
  for (; count > 0; count--, z += 2 * zStride, lists += listBytes) {
    const end = listRows(z, z + zStride, k, lists + LIST_HEAD)
    store<u32>(lists, <u32>end)
    bytes += end - lists - LIST_HEAD
  }
  return bytes
}

/** The columns where rows a or b are not 0, in order, as distances into a panel. Returns the end of the list. */
function listRows(a: usize, b: usize, k: u32, list: usize): usize {
  const zero = i32x4.splat(0)
  let d: u32 = 0
  const whole = (k & ~3) << 5
  for (; d < whole; d += 128, a += 16, b += 16) {
    const u = v128.load(a)
    const v = v128.load(b)
    const found = i32x4.bitmask(i32x4.ne(v128.or(u, v), zero))
    if (!found) continue
    const low = v128.shuffle<f32>(u, v, 0, 4, 1, 5)
    const high = v128.shuffle<f32>(u, v, 2, 6, 3, 7)
    // Every place is written, but the list advances only past values other than 0: no branch to mispredict.
    store<u32>(list, d)
    v128.store64_lane(list, low, 0, 4)
    list += select<usize>(PAIR_ENTRY, 0, found & 1)
    store<u32>(list, d + 32)
    v128.store64_lane(list, low, 1, 4)
    list += select<usize>(PAIR_ENTRY, 0, found & 2)
    store<u32>(list, d + 64)
    v128.store64_lane(list, high, 0, 4)
    list += select<usize>(PAIR_ENTRY, 0, found & 4)
    store<u32>(list, d + 96)
    v128.store64_lane(list, high, 1, 4)
    list += select<usize>(PAIR_ENTRY, 0, found & 8)
  }
  for (const end = k << 5; d < end; d += 32, a += 4, b += 4) {
    store<u32>(list, d)
    store<u32>(list, load<u32>(a), 4)
    store<u32>(list, load<u32>(b), 8)
    list += select<usize>(PAIR_ENTRY, 0, load<u64>(list, 4) !== 0)
  }
  return list
}

/** The rows where columns 0 or 1 are not 0, and those where columns 2 or 3 are not, as distances into dy. */
function listColumns(
  z: usize,
  zStride: usize,
  dyStride: usize,
  rows: u32,
  first: usize,
  second: usize,
): void {
  let list = first + LIST_HEAD
  let list2 = second + LIST_HEAD
  let d: u32 = 0
  for (; rows > 0; rows--, z += zStride, d += <u32>dyStride) {
    const pair = load<u64>(z)
    const pair2 = load<u64>(z, 8)
    store<u32>(list, d)
    store<u64>(list, pair, 4)
    list += select<usize>(PAIR_ENTRY, 0, pair !== 0)
    store<u32>(list2, d)
    store<u64>(list2, pair2, 4)
    list2 += select<usize>(PAIR_ENTRY, 0, pair2 !== 0)
  }
  store<u32>(first, <u32>list)
  store<u32>(second, <u32>list2)
}
