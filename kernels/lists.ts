// Lists of values that are not 0. A list has a head with the number of bytes of its values, the values, and behind them
// their places: byte offsets into the data that the values will be multiplied by. Of four values at a time, those that are
// not 0 are moved to the front of a vector. The whole vector is stored, and the next one begins behind the values that
// count: no branch to mispredict.

import { LIST_HEAD, SPARE_VALUES } from './constants'

/** Words of a vector of four. */
const A: u32 = 0x03020100
const B: u32 = 0x07060504
const C: u32 = 0x0b0a0908
const D: u32 = 0x0f0e0d0c

/** For each set of lanes (bit i of the index: lane i), the byte shuffle that moves them to the front, in their order. */
// biome-ignore format: one vector per column reads as a table
export const FRONT = memory.data<u32>([
  A, A, A, A,  A, A, A, A,  B, A, A, A,  A, B, A, A,  C, A, A, A,  A, C, A, A,  B, C, A, A,  A, B, C, A,
  D, A, A, A,  A, D, A, A,  B, D, A, A,  A, B, D, A,  C, D, A, A,  A, C, D, A,  B, C, D, A,  A, B, C, D,
])

/** Bytes of a list of at most n values, with room for the values that may be written behind its end. */
export function listBytes(n: u32): usize {
  return LIST_HEAD + ((<usize>(n + SPARE_VALUES)) << 3)
}

/** Lists n contiguous floats, whose places are `step` bytes apart. @param room number of values that the list has room for */
export function listRow(x: usize, n: u32, step: u32, list: usize, room: u32): void {
  const zero = f32x4.splat(0)
  const half = (<usize>(room + SPARE_VALUES)) << 2
  let places = i32x4.mul(i32x4.splat(step), i32x4(0, 1, 2, 3))
  const next = i32x4.splat(step << 2)
  const first = list + LIST_HEAD
  let to = first
  const end = x + ((<usize>n) << 2)
  for (const whole = x + ((<usize>(n & ~3)) << 2); x < whole; x += 16) {
    to = append(v128.load(x), places, zero, to, half)
    places = i32x4.add(places, next)
  }
  let place = i32x4.extract_lane(places, 0)
  for (; x < end; x += 4, place += step) to = appendOne(f32.load(x), place, to, half)
  store<u32>(list, <u32>(to - first))
}

/** Lists four neighbouring columns of `rows` rows, whose places are `step` bytes apart. */
export function listColumns(x: usize, stride: usize, rows: u32, step: u32, list: usize, room: u32): void {
  const zero = f32x4.splat(0)
  const half = (<usize>(room + SPARE_VALUES)) << 2
  const bytes = listBytes(room)
  const first0 = list + LIST_HEAD
  const first1 = first0 + bytes
  const first2 = first1 + bytes
  const first3 = first2 + bytes
  let to0 = first0
  let to1 = first1
  let to2 = first2
  let to3 = first3
  let places = i32x4.mul(i32x4.splat(step), i32x4(0, 1, 2, 3))
  const next = i32x4.splat(step << 2)
  const fours = rows & ~3
  let row: u32 = 0
  for (; row < fours; row += 4) {
    const r0 = v128.load(x)
    const r1 = v128.load(x + stride)
    x += stride << 1
    const r2 = v128.load(x)
    const r3 = v128.load(x + stride)
    x += stride << 1
    const t0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5)
    const t1 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5)
    const t2 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7)
    const t3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7)
    to0 = append(v128.shuffle<i64>(t0, t1, 0, 2), places, zero, to0, half)
    to1 = append(v128.shuffle<i64>(t0, t1, 1, 3), places, zero, to1, half)
    to2 = append(v128.shuffle<i64>(t2, t3, 0, 2), places, zero, to2, half)
    to3 = append(v128.shuffle<i64>(t2, t3, 1, 3), places, zero, to3, half)
    places = i32x4.add(places, next)
  }
  let place = i32x4.extract_lane(places, 0)
  for (; row < rows; row++, x += stride, place += step) {
    to0 = appendOne(f32.load(x), place, to0, half)
    to1 = appendOne(f32.load(x, 4), place, to1, half)
    to2 = appendOne(f32.load(x, 8), place, to2, half)
    to3 = appendOne(f32.load(x, 12), place, to3, half)
  }
  store<u32>(list, <u32>(to0 - first0))
  store<u32>(list + bytes, <u32>(to1 - first1))
  store<u32>(list + 2 * bytes, <u32>(to2 - first2))
  store<u32>(list + 3 * bytes, <u32>(to3 - first3))
}

/** Appends those of four values that are not 0, and their places `half` bytes behind them. Returns the end of the list. */
export function append(v: v128, places: v128, zero: v128, to: usize, half: usize): usize {
  const set = i32x4.bitmask(f32x4.ne(v, zero))
  const front = v128.load(FRONT + ((<usize>set) << 4))
  v128.store(to, i8x16.swizzle(v, front))
  v128.store(to + half, i8x16.swizzle(places, front))
  return to + ((<usize>popcnt(set)) << 2)
}

/** The same for one. */
export function appendOne(v: f32, place: u32, to: usize, half: usize): usize {
  f32.store(to, v)
  i32.store(to + half, place)
  return to + ((<usize>(v != 0)) << 2)
}

/**
 * For each of `threes` times three panels of 8 columns and each of `count` lists: y[24] += sum over the list of its value
 * times m[24] at its place. `mPanel`, `yPanel` bytes from panel to panel; `yList` from the sums of a list to those of the
 * next.
 *
 * Six sums, because V8 loads all data of an iteration before it multiplies: eight sums would need more registers than there
 * are.
 */
export function multiplyLists(
  list: usize,
  room: u32,
  count: u32,
  m: usize,
  mPanel: usize,
  y: usize,
  yList: usize,
  yPanel: usize,
  threes: u32,
): void {
  const half = (<usize>(room + SPARE_VALUES)) << 2
  const bytes = listBytes(room)
  for (let p: u32 = 0; p < threes; p++) {
    const m1 = m + mPanel
    const m2 = m1 + mPanel
    let at = y
    let head = list
    for (let i: u32 = 0; i < count; i++) {
      const at1 = at + yPanel
      const at2 = at1 + yPanel
      let a0 = v128.load(at)
      let a1 = v128.load(at, 16)
      let a2 = v128.load(at1)
      let a3 = v128.load(at1, 16)
      let a4 = v128.load(at2)
      let a5 = v128.load(at2, 16)
      const first = head + LIST_HEAD
      const end = first + <usize>load<u32>(head)
      for (let value = first; value < end; value += 4) {
        const d = <usize>load<u32>(value + half)
        const s = v128.load32_splat(value)
        a0 = f32x4.add(a0, f32x4.mul(s, v128.load(m + d)))
        a1 = f32x4.add(a1, f32x4.mul(s, v128.load(m + d, 16)))
        a2 = f32x4.add(a2, f32x4.mul(s, v128.load(m1 + d)))
        a3 = f32x4.add(a3, f32x4.mul(s, v128.load(m1 + d, 16)))
        a4 = f32x4.add(a4, f32x4.mul(s, v128.load(m2 + d)))
        a5 = f32x4.add(a5, f32x4.mul(s, v128.load(m2 + d, 16)))
      }
      v128.store(at, a0)
      v128.store(at, a1, 16)
      v128.store(at1, a2)
      v128.store(at1, a3, 16)
      v128.store(at2, a4)
      v128.store(at2, a5, 16)
      head += bytes
      at += yList
    }
    m += 3 * mPanel
    y += 3 * yPanel
  }
}
