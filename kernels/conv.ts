// Convolutions over images that lie as height x width x channels. Four neighbouring pixels of an output row are a tile,
// like four rows of a dense layer: their inputs are at a fixed distance, and the taps of one kernel row (kernel width
// x channels) are contiguous. Weights are in panels [filters / 8][kernel height][kernel width][channels][8].
//
// Every output is summed over kernel rows, kernel columns and channels in that order. The last tile of a row overlaps
// the one before: it computes the same sums again, with the same bits.

import { gradientTile1, gradientTile3, gradientTile4, productTile } from './tiles'

/** One pixel: for outputs narrower than a tile. */
function pixel(x: usize, rowBytes: usize, rows: u32, k: u32, w: usize, start: usize, y: usize): void {
  const length = (<usize>k) << 2
  let a0 = v128.load(start)
  let a1 = v128.load(start, 16)
  while (rows > 0) {
    for (const end = x + length; x < end; x += 4, w += 32) {
      const s = v128.load32_splat(x)
      a0 = f32x4.add(a0, f32x4.mul(s, v128.load(w)))
      a1 = f32x4.add(a1, f32x4.mul(s, v128.load(w, 16)))
    }
    x += rowBytes - length
    rows--
  }
  v128.store(y, a0)
  v128.store(y, a1, 16)
}

/** The first `count` floats of each of four runs of 8 in `from`, to places `step` bytes apart. */
function copyPart(from: usize, to: usize, step: usize, pixels: u32, count: u32): void {
  for (let p: u32 = 0; p < pixels; p++) {
    memory.copy(to, from, (<usize>count) << 2)
    from += 32
    to += step
  }
}

/**
 * Convolution without padding of `images` images.
 *
 * @param rowBytes bytes of an input row; @param pixelStep bytes between the inputs of neighbouring outputs
 * @param k kernel width x channels; @param start bias with `startStep` 32, or eight zeros with 0
 * @param zerosAbove, zerosBelow rows of zeros at the start and end of each image. They are skipped, because they add
 * nothing to the sums. Must be 0 unless the vertical stride is 1
 * @param scratch 128 bytes of this thread's own
 */
export function convolve(
  x: usize,
  xStride: usize,
  images: u32,
  rowBytes: usize,
  rowStep: usize,
  pixelStep: usize,
  kernelRows: u32,
  k: u32,
  w: usize,
  start: usize,
  startStep: usize,
  y: usize,
  yStride: usize,
  height: u32,
  width: u32,
  filters: u32,
  zerosAbove: u32,
  zerosBelow: u32,
  scratch: usize,
): void {
  const panels = (filters + 7) >> 3
  const panelBytes = (<usize>(kernelRows * k)) << 5
  const yStep = (<usize>filters) << 2
  const tiled: u32 = width >= 4 ? width : 0
  for (let image: u32 = 0; image < images; image++) {
    for (let p: u32 = 0; p < panels; p++) {
      const first = start + p * startStep
      const lanes = min(filters - (p << 3), 8)
      for (let row: u32 = 0; row < height; row++) {
        const above = row < zerosAbove ? zerosAbove - row : 0
        const below = row + zerosBelow >= height ? row + zerosBelow + 1 - height : 0
        const rows = kernelRows - above - below
        const panel = w + p * panelBytes + ((<usize>(above * k)) << 5)
        const from = x + row * rowStep + above * rowBytes
        const to = y + <usize>(row * width) * yStep + ((<usize>p) << 5)
        for (let i: u32 = 0; i < tiled; i += 4) {
          const column = min(i, width - 4)
          const source = from + column * pixelStep
          const target = to + column * yStep
          if (lanes == 8) {
            productTile(source, pixelStep, rowBytes, rows, k, panel, first, target, yStep)
          } else {
            productTile(source, pixelStep, rowBytes, rows, k, panel, first, scratch, 32)
            copyPart(scratch, target, yStep, 4, lanes)
          }
        }
        for (let column = tiled; column < width; column++) {
          pixel(from + column * pixelStep, rowBytes, rows, k, panel, first, scratch)
          copyPart(scratch, to + column * yStep, yStep, 1, lanes)
        }
      }
    }
    x += xStride
    y += yStride
  }
}

/** Adds one image to the gradient g of the weights (in panels) and gb of the bias. */
export function convolveGradient(
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
): void {
  const panels = (filters + 7) >> 3
  const dyStep = (<usize>filters) << 2
  const threes = (k & 3) != 0 && k % 3 == 0
  for (let p: u32 = 0; p < panels; p++) {
    const from = dy + ((<usize>p) << 5)
    for (let row: u32 = 0; row < kernelRows; row++) {
      const source = x + row * rowBytes
      const target = g + ((<usize>((p * kernelRows + row) * k)) << 5)
      let i: u32 = 0
      if (threes) {
        for (; i < k; i += 3) {
          gradientTile3(
            source + ((<usize>i) << 2),
            pixelStep,
            rowStep,
            from,
            dyStep,
            height,
            width,
            target + ((<usize>i) << 5),
          )
        }
      }
      for (; i + 4 <= k; i += 4) {
        gradientTile4(
          source + ((<usize>i) << 2),
          pixelStep,
          rowStep,
          from,
          dyStep,
          height,
          width,
          target + ((<usize>i) << 5),
        )
      }
      for (; i < k; i++) {
        gradientTile1(
          source + ((<usize>i) << 2),
          pixelStep,
          rowStep,
          from,
          dyStep,
          height,
          width,
          target + ((<usize>i) << 5),
        )
      }
    }
    let a0 = v128.load(gb + ((<usize>p) << 5))
    let a1 = v128.load(gb + ((<usize>p) << 5), 16)
    for (let q: u32 = 0; q < height * width; q++) {
      const at = from + q * dyStep
      a0 = f32x4.add(a0, v128.load(at))
      a1 = f32x4.add(a1, v128.load(at, 16))
    }
    v128.store(gb + ((<usize>p) << 5), a0)
    v128.store(gb + ((<usize>p) << 5), a1, 16)
  }
}

/** Writes zeros to the columns of the last panel that are no filters, because sums include whole panels. */
export function clearPadding(g: usize, rows: u32, width: u32): void {
  const used = width & 7
  if (used == 0) return
  const panel = g + ((<usize>((width >> 3) * rows)) << 5)
  for (let row: u32 = 0; row < rows; row++) {
    memory.fill(panel + ((<usize>row) << 5) + ((<usize>used) << 2), 0, (<usize>(8 - used)) << 2)
  }
}

/**
 * Copies an image into a larger one that is zero elsewhere: `offset` bytes from its start, rows `toRow` bytes apart,
 * pixels (`pixelBytes` each) `toPixel` bytes apart. Padding, and for strides the gaps between output gradients.
 */
export function embed(
  from: usize,
  height: u32,
  width: u32,
  pixelBytes: usize,
  to: usize,
  offset: usize,
  toRow: usize,
  toPixel: usize,
): void {
  to += offset
  for (let row: u32 = 0; row < height; row++) {
    if (toPixel == pixelBytes) {
      memory.copy(to, from, width * pixelBytes)
      from += width * pixelBytes
    } else {
      for (let column: u32 = 0; column < width; column++) {
        memory.copy(to + column * toPixel, from, pixelBytes)
        from += pixelBytes
      }
    }
    to += toRow
  }
}

/** The inverse without gaps: copies `height` rows of `bytes` bytes, `fromRow` bytes apart, to contiguous rows. */
export function crop(from: usize, fromRow: usize, height: u32, bytes: usize, to: usize): void {
  for (let row: u32 = 0; row < height; row++) {
    memory.copy(to, from, bytes)
    from += fromRow
    to += bytes
  }
}

/**
 * Rows first .. end of the weights [ky][kx][channel] x filter into the turned weights
 * [kernel height - 1 - ky][kernel width - 1 - kx][filter] x channel that the input gradient convolves with.
 */
export function turn(w: usize, taps: u32, channels: u32, filters: u32, t: usize, first: u32, end: u32): void {
  const rows = taps * channels
  const turnedRows = taps * filters
  for (let i = first; i < end; i++) {
    const tap = i / channels
    const channel = i - tap * channels
    const turnedTap = taps - 1 - tap
    const to =
      t + ((<usize>((channel >> 3) * turnedRows + turnedTap * filters)) << 5) + ((<usize>(channel & 7)) << 2)
    for (let f: u32 = 0; f < filters; f++) {
      const from = w + ((<usize>((f >> 3) * rows + i)) << 5) + ((<usize>(f & 7)) << 2)
      f32.store(to + ((<usize>f) << 5), f32.load(from))
    }
  }
}

/** g = sum of `groups` runs of n floats (a multiple of 4) that lie `stride` bytes apart, in their order. */
export function sumGroups(partial: usize, stride: usize, groups: u32, g: usize, n: u32): void {
  for (const end = g + ((<usize>n) << 2); g < end; g += 16, partial += 16) {
    let sum = f32x4.splat(0)
    let from = partial
    for (let i: u32 = 0; i < groups; i++) {
      sum = f32x4.add(sum, v128.load(from))
      from += stride
    }
    v128.store(g, sum)
  }
}
