// Convolution with 3 x 3 kernels by Winograd's F(4 x 4, 3 x 3): Lavin, Gray, "Fast Algorithms for Convolutional Neural
// Networks", CVPR 2016, section 4.3. For a tile of 4 x 4 outputs, which sees 6 x 6 inputs d, and a kernel g:
//
//     y = A^T ((G g G^T) o (B^T d B)) A          o: element by element, summed over channels
//
//     B^T =  4  0 -5  0  1  0     G = 1/24   6  0  0     A^T = 1  1  1  1  1  0
//            0 -4 -4  1  1  0               -4 -4 -4           0  1 -1  2 -2  0
//            0  4 -4 -1  1  0               -4  4 -4           0  1  1  4  4  0
//            0 -2 -1  2  1  0                1  2  4           0  1 -1  8 -8  1
//            0  2 -1 -2  1  0                1 -2  4
//            0  4  0 -5  0  1                0  0 24
//
// It takes 36 multiplications for 16 outputs instead of 144, but also the transforms, and the factors up to 8 and 1/24
// make rounding errors about ten times as large as those of the direct sum.

/** Bytes from point to point of a transformed tile in `temp`, and from row to row. */
const POINT: usize = 16
const ROW: usize = 96

/** B^T d B for four channels; points of the result `step` bytes apart. */
function transformInput(d: usize, rowBytes: usize, pixel: usize, temp: usize, v: usize, step: usize): void {
  const four = f32x4.splat(4)
  const five = f32x4.splat(5)
  const two = f32x4.splat(2)
  for (const end = temp + ROW; temp < end; temp += POINT, d += pixel) {
    let at = d
    const d0 = v128.load(at)
    at += rowBytes
    const d1 = v128.load(at)
    at += rowBytes
    const d2 = v128.load(at)
    at += rowBytes
    const d3 = v128.load(at)
    at += rowBytes
    const d4 = v128.load(at)
    at += rowBytes
    const d5 = v128.load(at)
    v128.store(temp, f32x4.add(f32x4.sub(f32x4.mul(four, d0), f32x4.mul(five, d2)), d4))
    const a = f32x4.sub(d4, f32x4.mul(four, d2))
    const b = f32x4.sub(d3, f32x4.mul(four, d1))
    v128.store(temp, f32x4.add(a, b), 96)
    v128.store(temp, f32x4.sub(a, b), 192)
    const c = f32x4.sub(d4, d2)
    const e = f32x4.mul(two, f32x4.sub(d3, d1))
    v128.store(temp, f32x4.add(c, e), 288)
    v128.store(temp, f32x4.sub(c, e), 384)
    v128.store(temp, f32x4.add(f32x4.sub(f32x4.mul(four, d1), f32x4.mul(five, d3)), d5), 480)
  }
  temp -= ROW
  for (const end = temp + 6 * ROW; temp < end; temp += ROW) {
    const d0 = v128.load(temp)
    const d1 = v128.load(temp, 16)
    const d2 = v128.load(temp, 32)
    const d3 = v128.load(temp, 48)
    const d4 = v128.load(temp, 64)
    const d5 = v128.load(temp, 80)
    v128.store(v, f32x4.add(f32x4.sub(f32x4.mul(four, d0), f32x4.mul(five, d2)), d4))
    v += step
    const a = f32x4.sub(d4, f32x4.mul(four, d2))
    const b = f32x4.sub(d3, f32x4.mul(four, d1))
    v128.store(v, f32x4.add(a, b))
    v += step
    v128.store(v, f32x4.sub(a, b))
    v += step
    const c = f32x4.sub(d4, d2)
    const e = f32x4.mul(two, f32x4.sub(d3, d1))
    v128.store(v, f32x4.add(c, e))
    v += step
    v128.store(v, f32x4.sub(c, e))
    v += step
    v128.store(v, f32x4.add(f32x4.sub(f32x4.mul(four, d1), f32x4.mul(five, d3)), d5))
    v += step
  }
}

/** start + A^T m A for four filters; points of m `step` bytes apart. */
function transformOutput(
  m: usize,
  step: usize,
  temp: usize,
  start: v128,
  y: usize,
  rowBytes: usize,
  pixel: usize,
): void {
  const two = f32x4.splat(2)
  const four = f32x4.splat(4)
  const eight = f32x4.splat(8)
  const down = 6 * step
  for (const end = temp + ROW; temp < end; temp += POINT, m += step) {
    let at = m
    const m0 = v128.load(at)
    at += down
    const m1 = v128.load(at)
    at += down
    const m2 = v128.load(at)
    at += down
    const m3 = v128.load(at)
    at += down
    const m4 = v128.load(at)
    at += down
    const m5 = v128.load(at)
    const a = f32x4.add(m1, m2)
    const b = f32x4.sub(m1, m2)
    const c = f32x4.add(m3, m4)
    const d = f32x4.sub(m3, m4)
    v128.store(temp, f32x4.add(f32x4.add(m0, a), c))
    v128.store(temp, f32x4.add(b, f32x4.mul(two, d)), 96)
    v128.store(temp, f32x4.add(a, f32x4.mul(four, c)), 192)
    v128.store(temp, f32x4.add(f32x4.add(b, f32x4.mul(eight, d)), m5), 288)
  }
  temp -= ROW
  for (const end = temp + 4 * ROW; temp < end; temp += ROW, y += rowBytes) {
    const m0 = v128.load(temp)
    const m1 = v128.load(temp, 16)
    const m2 = v128.load(temp, 32)
    const m3 = v128.load(temp, 48)
    const m4 = v128.load(temp, 64)
    const m5 = v128.load(temp, 80)
    const a = f32x4.add(m1, m2)
    const b = f32x4.sub(m1, m2)
    const c = f32x4.add(m3, m4)
    const d = f32x4.sub(m3, m4)
    let to = y
    v128.store(to, f32x4.add(start, f32x4.add(f32x4.add(m0, a), c)))
    to += pixel
    v128.store(to, f32x4.add(start, f32x4.add(b, f32x4.mul(two, d))))
    to += pixel
    v128.store(to, f32x4.add(start, f32x4.add(a, f32x4.mul(four, c))))
    to += pixel
    v128.store(to, f32x4.add(start, f32x4.add(f32x4.add(b, f32x4.mul(eight, d)), m5)))
  }
}

/** For each of 36 points m[4 tiles][filters] = v[4 tiles][k] u[k][filters], u in panels of 8 filters. */
function multiply(v: usize, u: usize, m: usize, k: u32, panels: u32): void {
  const bytes = (<usize>k) << 2
  const yStep = (<usize>panels) << 5
  for (let point: u32 = 0; point < 36; point++) {
    for (let p: u32 = 0; p < panels; p++) {
      let x = v
      let x1 = x + bytes
      let x2 = x1 + bytes
      let x3 = x2 + bytes
      let a0 = f32x4.splat(0)
      let a1 = a0
      let b0 = a0
      let b1 = a0
      let c0 = a0
      let c1 = a0
      let d0 = a0
      let d1 = a0
      const end = x + bytes
      while (x < end) {
        const w0 = v128.load(u)
        const w1 = v128.load(u, 16)
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
        u += 32
      }
      let y = m + ((<usize>p) << 5)
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
    v += bytes << 2
    m += yStep << 2
  }
}

/**
 * Convolves one image: 3 x 3, stride 1, at least 4 x 4 outputs, channels and filters multiples of 4. The last tiles of a
 * row and of a column overlap those before.
 *
 * @param u result of `transformWeights`; @param start bias, or zeros with `startStep` 0 instead of 16
 * @param scratch room for 144 (channels + filters, rounded up to 8) + 144 floats
 */
export function winograd(
  x: usize,
  rowBytes: usize,
  channels: u32,
  u: usize,
  start: usize,
  startStep: usize,
  y: usize,
  height: u32,
  width: u32,
  filters: u32,
  scratch: usize,
): void {
  const panels = (filters + 7) >> 3
  const pixel = (<usize>channels) << 2
  const yPixel = (<usize>filters) << 2
  const yRow = width * yPixel
  const v = scratch + 576
  const vStep = pixel << 2
  const m = v + 36 * vStep
  const mTile = (<usize>panels) << 5
  const mStep = mTile << 2
  const across = (width + 3) >> 2
  const tiles = across * ((height + 3) >> 2)
  for (let first: u32 = 0; first < tiles; first += 4) {
    const count = min(tiles - first, 4)
    for (let t: u32 = 0; t < count; t++) {
      const row = (first + t) / across
      const column = first + t - row * across
      const from = x + min(row << 2, height - 4) * rowBytes + min(column << 2, width - 4) * pixel
      const to = v + t * pixel
      for (let c: usize = 0; c < pixel; c += 16) {
        transformInput(from + c, rowBytes, pixel, scratch, to + c, vStep)
      }
    }
    multiply(v, u, m, channels, panels)
    for (let t: u32 = 0; t < count; t++) {
      const row = (first + t) / across
      const column = first + t - row * across
      const to = y + min(row << 2, height - 4) * yRow + min(column << 2, width - 4) * yPixel
      const from = m + t * mTile
      let bias = start
      for (let f: usize = 0; f < yPixel; f += 16) {
        transformOutput(from + f, mStep, scratch, v128.load(bias), to + f, yRow, yPixel)
        bias += startStep
      }
    }
  }
}

/** One row or column of G g G^T: six points from three. */
function expand(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  const even = f32x4.add(g0, g2)
  const sixth = f32x4.splat(<f32>-1 / <f32>6)
  v128.store(to, f32x4.mul(f32x4.splat(0.25), g0))
  to += step
  v128.store(to, f32x4.mul(sixth, f32x4.add(even, g1)))
  to += step
  v128.store(to, f32x4.mul(sixth, f32x4.sub(even, g1)))
  to += step
  const sum = f32x4.add(
    f32x4.mul(f32x4.splat(<f32>1 / <f32>24), g0),
    f32x4.mul(f32x4.splat(<f32>1 / <f32>6), g2),
  )
  const odd = f32x4.mul(f32x4.splat(<f32>1 / <f32>12), g1)
  v128.store(to, f32x4.add(sum, odd))
  to += step
  v128.store(to, f32x4.sub(sum, odd))
  to += step
  v128.store(to, g2)
}

/**
 * u[36][filters / 8][channels][8] = G g G^T of every kernel of w, which lies in panels [filters / 8][3][3][channels][8].
 *
 * @param temp room for 72 floats
 */
export function transformWeights(w: usize, channels: u32, filters: u32, u: usize, temp: usize): void {
  const panels = (filters + 7) >> 3
  const tap = (<usize>channels) << 5
  const step = panels * tap
  for (let p: u32 = 0; p < panels; p++) {
    for (let c: usize = 0; c < tap; c += 16) {
      let g = w + p * 9 * tap + c
      for (let a: usize = 0; a < 48; a += 16) {
        expand(v128.load(g), v128.load(g + 3 * tap), v128.load(g + 6 * tap), temp + a, 48)
        g += tap
      }
      let to = u + p * tap + c
      for (let i: usize = 0; i < 288; i += 48) {
        const g0 = v128.load(temp + i)
        expand(g0, v128.load(temp + i, 16), v128.load(temp + i, 32), to, step)
        to += 6 * step
      }
    }
  }
}
