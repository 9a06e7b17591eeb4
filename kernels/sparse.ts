// The two gradients of a convolution whose output gradients are mostly 0, as behind a max pool. For each filter the other
// gradients are listed with the address of their window in the input, and only these are multiplied:
//
//     dw[a,c,k,f] = sum over the list of f of g x[place + (a,c,k)]     the window of x, summed in registers
//     dx[place + (a,c,k)] += g w[a,c,k,f]                              the weights, added at the window
//
// The sums of dw have the terms and the order of kernels/conv.ts without the terms that are 0. They start at +0 and never
// become -0, so the bits are the same. The sums of dx run over filters first.

import { SPARE_VALUES } from './constants'
import { FRONT } from './lists'

/** How many of n floats are not 0. */
export function countNonZeros(from: usize, n: u32): u32 {
  const zero = f32x4.splat(0)
  let count = i32x4.splat(0)
  let single: u32 = 0
  const end = from + ((<usize>n) << 2)
  for (const whole = from + ((<usize>(n & ~3)) << 2); from < whole; from += 16) {
    count = i32x4.sub(count, f32x4.ne(v128.load(from), zero))
  }
  for (; from < end; from += 4) single += u32(f32.load(from) != 0)
  return (
    single +
    i32x4.extract_lane(count, 0) +
    i32x4.extract_lane(count, 1) +
    i32x4.extract_lane(count, 2) +
    i32x4.extract_lane(count, 3)
  )
}

/** Weights in panels [width / 8][rows][8] as width x rows. */
export function fromPanels(panels: usize, rows: u32, width: u32, plain: usize): void {
  for (let f: u32 = 0; f < width; f++) {
    let from = panels + ((<usize>((f >> 3) * rows)) << 5) + ((<usize>(f & 7)) << 2)
    for (let i: u32 = 0; i < rows; i++) {
      f32.store(plain, f32.load(from))
      from += 32
      plain += 4
    }
  }
}

/** The inverse of {@link fromPanels}. */
export function toPanels(plain: usize, rows: u32, width: u32, panels: usize): void {
  for (let f: u32 = 0; f < width; f++) {
    let to = panels + ((<usize>((f >> 3) * rows)) << 5) + ((<usize>(f & 7)) << 2)
    for (let i: u32 = 0; i < rows; i++) {
      f32.store(to, f32.load(plain))
      to += 32
      plain += 4
    }
  }
}

/** x[24] += w[24] times the gradient, for each gradient of the list at its place. */
function scatter24(gradients: usize, places: usize, bytes: usize, offset: usize, w: usize): void {
  const a = v128.load(w)
  const b = v128.load(w, 16)
  const c = v128.load(w, 32)
  const d = v128.load(w, 48)
  const e = v128.load(w, 64)
  const f = v128.load(w, 80)
  for (const end = gradients + bytes; gradients < end; gradients += 4, places += 4) {
    const s = v128.load32_splat(gradients)
    const x = <usize>load<u32>(places) + offset
    v128.store(x, f32x4.add(v128.load(x), f32x4.mul(a, s)))
    v128.store(x, f32x4.add(v128.load(x, 16), f32x4.mul(b, s)), 16)
    v128.store(x, f32x4.add(v128.load(x, 32), f32x4.mul(c, s)), 32)
    v128.store(x, f32x4.add(v128.load(x, 48), f32x4.mul(d, s)), 48)
    v128.store(x, f32x4.add(v128.load(x, 64), f32x4.mul(e, s)), 64)
    v128.store(x, f32x4.add(v128.load(x, 80), f32x4.mul(f, s)), 80)
  }
}

/** The same for 4 floats. */
function scatter4(gradients: usize, places: usize, bytes: usize, offset: usize, w: usize): void {
  const a = v128.load(w)
  for (const end = gradients + bytes; gradients < end; gradients += 4, places += 4) {
    const x = <usize>load<u32>(places) + offset
    v128.store(x, f32x4.add(v128.load(x), f32x4.mul(a, v128.load32_splat(gradients))))
  }
}

/** The same for one. */
function scatter1(gradients: usize, places: usize, bytes: usize, offset: usize, w: usize): void {
  const a = f32.load(w)
  for (const end = gradients + bytes; gradients < end; gradients += 4, places += 4) {
    const x = <usize>load<u32>(places) + offset
    f32.store(x, f32.load(x) + a * f32.load(gradients))
  }
}

/** g[24] += sum over the list of its gradient times x[24] at its place. */
function gather24(gradients: usize, places: usize, bytes: usize, offset: usize, g: usize): void {
  let a = v128.load(g)
  let b = v128.load(g, 16)
  let c = v128.load(g, 32)
  let d = v128.load(g, 48)
  let e = v128.load(g, 64)
  let f = v128.load(g, 80)
  for (const end = gradients + bytes; gradients < end; gradients += 4, places += 4) {
    const s = v128.load32_splat(gradients)
    const x = <usize>load<u32>(places) + offset
    a = f32x4.add(a, f32x4.mul(v128.load(x), s))
    b = f32x4.add(b, f32x4.mul(v128.load(x, 16), s))
    c = f32x4.add(c, f32x4.mul(v128.load(x, 32), s))
    d = f32x4.add(d, f32x4.mul(v128.load(x, 48), s))
    e = f32x4.add(e, f32x4.mul(v128.load(x, 64), s))
    f = f32x4.add(f, f32x4.mul(v128.load(x, 80), s))
  }
  v128.store(g, a)
  v128.store(g, b, 16)
  v128.store(g, c, 32)
  v128.store(g, d, 48)
  v128.store(g, e, 64)
  v128.store(g, f, 80)
}

/** The same for 4 floats. */
function gather4(gradients: usize, places: usize, bytes: usize, offset: usize, g: usize): void {
  let a = v128.load(g)
  for (const end = gradients + bytes; gradients < end; gradients += 4, places += 4) {
    const x = <usize>load<u32>(places) + offset
    a = f32x4.add(a, f32x4.mul(v128.load(x), v128.load32_splat(gradients)))
  }
  v128.store(g, a)
}

/** The same for one. */
function gather1(gradients: usize, places: usize, bytes: usize, offset: usize, g: usize): void {
  let a = f32.load(g)
  for (const end = gradients + bytes; gradients < end; gradients += 4, places += 4) {
    a += f32.load(<usize>load<u32>(places) + offset) * f32.load(gradients)
  }
  f32.store(g, a)
}

/** For one filter, from its list: the gradient of its weights, and its part of the input gradient. */
export function gatherAndScatter(
  gradients: usize,
  places: usize,
  bytes: usize,
  kernelRows: u32,
  k: u32,
  rowBytes: usize,
  g: usize,
  w: usize,
  toDx: usize,
): void {
  for (let a: u32 = 0; a < kernelRows; a++) {
    let offset = a * rowBytes
    let i: u32 = 0
    for (; i + 24 <= k; i += 24, g += 96, w += 96, offset += 96) {
      gather24(gradients, places, bytes, offset, g)
      scatter24(gradients, places, bytes, offset + toDx, w)
    }
    for (; i + 4 <= k; i += 4, g += 16, w += 16, offset += 16) {
      gather4(gradients, places, bytes, offset, g)
      scatter4(gradients, places, bytes, offset + toDx, w)
    }
    for (; i < k; i++, g += 4, w += 4, offset += 4) {
      gather1(gradients, places, bytes, offset, g)
      scatter1(gradients, places, bytes, offset + toDx, w)
    }
  }
}

/**
 * Adds one image to the gradient g of the weights, which lies as filters x kernel height x k, and to gb of the bias; the
 * gradient of the input goes to dx.
 *
 * @param rowBytes bytes of a row of x and of dx, padding included
 * @param rowStep, pixelStep bytes between the windows of neighbouring outputs; @param k kernel width x channels
 * @param w weights as g lies; @param list room for eight lists of height x width + 4 words
 */
export function sparseGradients(
  x: usize,
  rowBytes: usize,
  rowStep: usize,
  pixelStep: usize,
  kernelRows: u32,
  k: u32,
  dy: usize,
  height: u32,
  width: u32,
  filters: u32,
  g: usize,
  gb: usize,
  w: usize,
  dx: usize,
  dxBytes: usize,
  list: usize,
): void {
  memory.fill(dx, 0, dxBytes)
  const room = (<usize>(height * width + SPARE_VALUES)) << 2
  const toDx = dx - x
  const half = room << 2
  const zero = f32x4.splat(0)
  const dyStep = (<usize>filters) << 2
  const gStep = (<usize>(kernelRows * k)) << 2
  const ramp = i32x4.mul(i32x4.splat(<i32>pixelStep), i32x4(0, 1, 2, 3))
  const fours = width & ~3
  const list1 = list + room
  const list2 = list1 + room
  const list3 = list2 + room
  for (let first: u32 = 0; first < filters; first += 4) {
    let n0: usize = 0
    let n1: usize = 0
    let n2: usize = 0
    let n3: usize = 0
    let sum = v128.load(gb)
    let from = dy
    for (let row: u32 = 0; row < height; row++) {
      let place = x + row * rowStep
      let j: u32 = 0
      for (; j < fours; j += 4) {
        const r0 = v128.load(from)
        const r1 = v128.load(from + dyStep)
        from += dyStep << 1
        const r2 = v128.load(from)
        const r3 = v128.load(from + dyStep)
        from += dyStep << 1
        sum = f32x4.add(f32x4.add(f32x4.add(f32x4.add(sum, r0), r1), r2), r3)
        const places = i32x4.add(ramp, i32x4.splat(<i32>place))
        place += pixelStep << 2
        // Four pixels of four filters, transposed.
        const t0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5)
        const t1 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5)
        const t2 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7)
        const t3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7)
        let v = v128.shuffle<i64>(t0, t1, 0, 2)
        let set = i32x4.bitmask(f32x4.ne(v, zero))
        let front = v128.load(FRONT + ((<usize>set) << 4))
        v128.store(list + n0, i8x16.swizzle(v, front))
        v128.store(list + n0 + half, i8x16.swizzle(places, front))
        n0 += (<usize>popcnt(set)) << 2
        v = v128.shuffle<i64>(t0, t1, 1, 3)
        set = i32x4.bitmask(f32x4.ne(v, zero))
        front = v128.load(FRONT + ((<usize>set) << 4))
        v128.store(list1 + n1, i8x16.swizzle(v, front))
        v128.store(list1 + n1 + half, i8x16.swizzle(places, front))
        n1 += (<usize>popcnt(set)) << 2
        v = v128.shuffle<i64>(t2, t3, 0, 2)
        set = i32x4.bitmask(f32x4.ne(v, zero))
        front = v128.load(FRONT + ((<usize>set) << 4))
        v128.store(list2 + n2, i8x16.swizzle(v, front))
        v128.store(list2 + n2 + half, i8x16.swizzle(places, front))
        n2 += (<usize>popcnt(set)) << 2
        v = v128.shuffle<i64>(t2, t3, 1, 3)
        set = i32x4.bitmask(f32x4.ne(v, zero))
        front = v128.load(FRONT + ((<usize>set) << 4))
        v128.store(list3 + n3, i8x16.swizzle(v, front))
        v128.store(list3 + n3 + half, i8x16.swizzle(places, front))
        n3 += (<usize>popcnt(set)) << 2
      }
      for (; j < width; j++) {
        const v = v128.load(from)
        from += dyStep
        sum = f32x4.add(sum, v)
        const g0 = f32x4.extract_lane(v, 0)
        f32.store(list + n0, g0)
        i32.store(list + n0 + half, <i32>place)
        n0 += (<usize>(g0 != 0)) << 2
        const g1 = f32x4.extract_lane(v, 1)
        f32.store(list1 + n1, g1)
        i32.store(list1 + n1 + half, <i32>place)
        n1 += (<usize>(g1 != 0)) << 2
        const g2 = f32x4.extract_lane(v, 2)
        f32.store(list2 + n2, g2)
        i32.store(list2 + n2 + half, <i32>place)
        n2 += (<usize>(g2 != 0)) << 2
        const g3 = f32x4.extract_lane(v, 3)
        f32.store(list3 + n3, g3)
        i32.store(list3 + n3 + half, <i32>place)
        n3 += (<usize>(g3 != 0)) << 2
        place += pixelStep
      }
    }
    v128.store(gb, sum)
    gatherAndScatter(list, list + half, n0, kernelRows, k, rowBytes, g, w, toDx)
    g += gStep
    w += gStep
    if (first + 1 < filters) gatherAndScatter(list1, list1 + half, n1, kernelRows, k, rowBytes, g, w, toDx)
    g += gStep
    w += gStep
    if (first + 2 < filters) gatherAndScatter(list2, list2 + half, n2, kernelRows, k, rowBytes, g, w, toDx)
    g += gStep
    w += gStep
    if (first + 3 < filters) gatherAndScatter(list3, list3 + half, n3, kernelRows, k, rowBytes, g, w, toDx)
    g += gStep
    w += gStep
    dy += 16
    gb += 16
  }
}
