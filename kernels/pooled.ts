// The two gradients of a convolution with a max pool of adjacent 2 x 2 windows behind it. Each window has at most one
// gradient, at the place of its largest value. The lists of kernels/sparse.ts are made from these gradients directly, so the
// output gradients of the convolution, four times as many and mostly 0, are not written and not searched.

import { SPARE_VALUES } from './constants'
import { append, appendOne } from './lists'
import { gatherAndScatter } from './sparse'

/** Bytes of the notes of a window: gradients and places for four filters. */
const NOTE: usize = 32

/**
 * Writes notes of each window for four filters: the gradient, 0 if the largest value is not above the floor, and the
 * address in x of the convolution window of the first largest value. @returns `sum` plus the sums of the gradients
 */
function route(
  z: usize,
  zRow: usize,
  pixel: usize,
  y: usize,
  dy: usize,
  height: u32,
  width: u32,
  floors: v128,
  place: usize,
  rowStep: usize,
  pixelStep: usize,
  notes: usize,
  sum: v128,
): v128 {
  const right = i32x4.splat(<i32>pixelStep)
  const downLeft = i32x4.splat(<i32>(rowStep - pixelStep))
  for (; height > 0; height--) {
    let at = z
    let to = place
    for (let j: u32 = 0; j < width; j++) {
      const largest = v128.load(y)
      const gradient = v128.and(v128.load(dy), f32x4.gt(largest, floors))
      sum = f32x4.add(sum, gradient)
      v128.store(notes, gradient)
      const second = f32x4.ne(v128.load(at), largest)
      const third = v128.and(second, f32x4.ne(v128.load(at + pixel), largest))
      const fourth = v128.and(third, f32x4.ne(v128.load(at + zRow), largest))
      const column = i32x4.add(v128.and(second, right), v128.and(fourth, right))
      const window = i32x4.add(i32x4.splat(<i32>to), i32x4.add(column, v128.and(third, downLeft)))
      v128.store(notes, window, 16)
      notes += NOTE
      y += pixel
      dy += pixel
      at += 2 * pixel
      to += 2 * pixelStep
    }
    z += 2 * zRow
    place += 2 * rowStep
  }
  return sum
}

/**
 * Adds one image to the gradients g of the weights and gb of the bias; the gradient of the input goes to dx.
 * `sparseGradients` documents x, g, w and dx.
 *
 * @param z inputs of the pool: height x width windows of 2 x 2 without a rest; @param y the largest values; @param dy their
 * gradients; @param floor gradients of largest values that are not above it do not count
 * @param filters a multiple of 4; @param list room for eight lists of height x width + 4 words, and 8 words a window
 */
export function pooledGradients(
  x: usize,
  rowBytes: usize,
  rowStep: usize,
  pixelStep: usize,
  kernelRows: u32,
  k: u32,
  z: usize,
  y: usize,
  dy: usize,
  height: u32,
  width: u32,
  filters: u32,
  floor: f32,
  g: usize,
  gb: usize,
  w: usize,
  dx: usize,
  dxBytes: usize,
  list: usize,
): void {
  memory.fill(dx, 0, dxBytes)
  const windows = height * width
  const room = (<usize>(windows + SPARE_VALUES)) << 2
  const half = room << 2
  const list1 = list + room
  const list2 = list1 + room
  const list3 = list2 + room
  const notes = list + 2 * half
  const whole = notes + <usize>(windows & ~3) * NOTE
  const end = notes + <usize>windows * NOTE
  const pixel = (<usize>filters) << 2
  const zRow = <usize>(2 * width) * pixel
  const toDx = dx - x
  const gStep = (<usize>(kernelRows * k)) << 2
  const zero = f32x4.splat(0)
  for (let first: u32 = 0; first < filters; first += 4) {
    const sum = v128.load(gb)
    const floors = f32x4.splat(floor)
    v128.store(gb, route(z, zRow, pixel, y, dy, height, width, floors, x, rowStep, pixelStep, notes, sum))
    let to0 = list
    let to1 = list1
    let to2 = list2
    let to3 = list3
    let note = notes
    for (; note < whole; note += 4 * NOTE) {
      // Four windows of four filters, transposed.
      const g0 = v128.load(note)
      const g1 = v128.load(note, 32)
      const g2 = v128.load(note, 64)
      const g3 = v128.load(note, 96)
      const low01 = v128.shuffle<i32>(g0, g1, 0, 4, 1, 5)
      const low23 = v128.shuffle<i32>(g2, g3, 0, 4, 1, 5)
      const high01 = v128.shuffle<i32>(g0, g1, 2, 6, 3, 7)
      const high23 = v128.shuffle<i32>(g2, g3, 2, 6, 3, 7)
      const p0 = v128.load(note, 16)
      const p1 = v128.load(note, 48)
      const p2 = v128.load(note, 80)
      const p3 = v128.load(note, 112)
      const low01p = v128.shuffle<i32>(p0, p1, 0, 4, 1, 5)
      const low23p = v128.shuffle<i32>(p2, p3, 0, 4, 1, 5)
      const high01p = v128.shuffle<i32>(p0, p1, 2, 6, 3, 7)
      const high23p = v128.shuffle<i32>(p2, p3, 2, 6, 3, 7)
      const first0 = v128.shuffle<i64>(low01, low23, 0, 2)
      to0 = append(first0, v128.shuffle<i64>(low01p, low23p, 0, 2), zero, to0, half)
      const first1 = v128.shuffle<i64>(low01, low23, 1, 3)
      to1 = append(first1, v128.shuffle<i64>(low01p, low23p, 1, 3), zero, to1, half)
      const first2 = v128.shuffle<i64>(high01, high23, 0, 2)
      to2 = append(first2, v128.shuffle<i64>(high01p, high23p, 0, 2), zero, to2, half)
      const first3 = v128.shuffle<i64>(high01, high23, 1, 3)
      to3 = append(first3, v128.shuffle<i64>(high01p, high23p, 1, 3), zero, to3, half)
    }
    for (; note < end; note += NOTE) {
      to0 = appendOne(f32.load(note), load<u32>(note, 16), to0, half)
      to1 = appendOne(f32.load(note, 4), load<u32>(note, 20), to1, half)
      to2 = appendOne(f32.load(note, 8), load<u32>(note, 24), to2, half)
      to3 = appendOne(f32.load(note, 12), load<u32>(note, 28), to3, half)
    }
    gatherAndScatter(list, list + half, to0 - list, kernelRows, k, rowBytes, g, w, toDx)
    g += gStep
    w += gStep
    gatherAndScatter(list1, list1 + half, to1 - list1, kernelRows, k, rowBytes, g, w, toDx)
    g += gStep
    w += gStep
    gatherAndScatter(list2, list2 + half, to2 - list2, kernelRows, k, rowBytes, g, w, toDx)
    g += gStep
    w += gStep
    gatherAndScatter(list3, list3 + half, to3 - list3, kernelRows, k, rowBytes, g, w, toDx)
    g += gStep
    w += gStep
    z += 16
    y += 16
    dy += 16
    gb += 16
  }
}
