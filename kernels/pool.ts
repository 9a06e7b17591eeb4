// Pooling over images that lie as height x width x channels, `size` x `size` windows `step` pixels apart. Four channels
// at a time, the rest one by one.
import { larger } from './math'

/** The largest value of a window, of four channels at once. */
function largestOf(at: usize, row: usize, pixel: usize, size: u32): v128 {
  let largest = v128.load(at)
  for (let a: u32 = 0; a < size; a++) {
    for (let b: u32 = 0; b < size; b++) largest = larger(largest, v128.load(at + a * row + b * pixel))
  }
  return largest
}

/** The same for 2 x 2 windows: without loops it is three times as fast. */
function largest2(at: usize, row: usize, pixel: usize): v128 {
  const below = at + row
  const above = larger(v128.load(at), v128.load(at + pixel))
  return larger(above, larger(v128.load(below), v128.load(below + pixel)))
}

/** The largest value of each window, at least `floor`; with 0 it is max pooling behind a ReLU. */
export function maxPool(
  x: usize,
  xStride: usize,
  images: u32,
  width: u32,
  channels: u32,
  size: u32,
  step: u32,
  y: usize,
  yStride: usize,
  outHeight: u32,
  outWidth: u32,
  floor: f32,
): void {
  const pixel = (<usize>channels) << 2
  const row = width * pixel
  const vectors = channels & ~3
  const floors = f32x4.splat(floor)
  for (let image: u32 = 0; image < images; image++) {
    let to = y
    for (let i: u32 = 0; i < outHeight; i++) {
      for (let j: u32 = 0; j < outWidth; j++) {
        const window = x + i * step * row + j * step * pixel
        let c: u32 = 0
        for (; c < vectors; c += 4) {
          const at = window + ((<usize>c) << 2)
          const largest = size == 2 ? largest2(at, row, pixel) : largestOf(at, row, pixel, size)
          v128.store(to + ((<usize>c) << 2), larger(largest, floors))
        }
        for (; c < channels; c++) {
          const at = window + ((<usize>c) << 2)
          let largest = f32.load(at)
          for (let a: u32 = 0; a < size; a++) {
            for (let b: u32 = 0; b < size; b++) largest = max(largest, f32.load(at + a * row + b * pixel))
          }
          f32.store(to + ((<usize>c) << 2), max(largest, floor))
        }
        to += pixel
      }
    }
    x += xStride
    y += yStride
  }
}

/**
 * The gradient of a 2 x 2 window, of four channels at once, for windows that do not overlap: it is stored, not added.
 */
function handBack2(x: usize, dx: usize, row: usize, pixel: usize, largest: v128, gradient: v128): void {
  const first = f32x4.eq(v128.load(x), largest)
  v128.store(dx, v128.and(gradient, first))
  gradient = v128.andnot(gradient, first)
  const second = f32x4.eq(v128.load(x + pixel), largest)
  v128.store(dx + pixel, v128.and(gradient, second))
  gradient = v128.andnot(gradient, second)
  const third = f32x4.eq(v128.load(x + row), largest)
  v128.store(dx + row, v128.and(gradient, third))
  gradient = v128.andnot(gradient, third)
  const fourth = f32x4.eq(v128.load(x + row + pixel), largest)
  v128.store(dx + row + pixel, v128.and(gradient, fourth))
}

/**
 * The gradient goes to the first of the largest values of each window, or to none if that is not above `floor`. Gradients
 * of overlapping windows are added.
 */
export function maxPoolBackward(
  x: usize,
  xStride: usize,
  images: u32,
  height: u32,
  width: u32,
  channels: u32,
  size: u32,
  step: u32,
  y: usize,
  dy: usize,
  yStride: usize,
  outHeight: u32,
  outWidth: u32,
  dx: usize,
  floor: f32,
): void {
  const pixel = (<usize>channels) << 2
  const row = width * pixel
  const vectors = channels & ~3
  const floors = f32x4.splat(floor)
  const apart2 = size == 2 && step >= 2
  const all =
    size == 2 && step == 2 && vectors == channels && outHeight << 1 == height && outWidth << 1 == width
  for (let image: u32 = 0; image < images; image++) {
    if (!all) memory.fill(dx, 0, height * row)
    let out: usize = 0
    for (let i: u32 = 0; i < outHeight; i++) {
      for (let j: u32 = 0; j < outWidth; j++) {
        const window = i * step * row + j * step * pixel
        let c: u32 = 0
        for (; c < vectors; c += 4) {
          const largest = v128.load(y + out + ((<usize>c) << 2))
          let gradient = v128.and(v128.load(dy + out + ((<usize>c) << 2)), f32x4.gt(largest, floors))
          if (apart2) {
            const at = window + ((<usize>c) << 2)
            handBack2(x + at, dx + at, row, pixel, largest, gradient)
            continue
          }
          for (let a: u32 = 0; a < size; a++) {
            for (let b: u32 = 0; b < size; b++) {
              const at = window + a * row + b * pixel + ((<usize>c) << 2)
              const here = f32x4.eq(v128.load(x + at), largest)
              v128.store(dx + at, f32x4.add(v128.load(dx + at), v128.and(gradient, here)))
              gradient = v128.andnot(gradient, here)
            }
          }
        }
        for (; c < channels; c++) {
          const largest = f32.load(y + out + ((<usize>c) << 2))
          let gradient: f32 = largest > floor ? f32.load(dy + out + ((<usize>c) << 2)) : 0
          for (let a: u32 = 0; a < size; a++) {
            for (let b: u32 = 0; b < size; b++) {
              const at = window + a * row + b * pixel + ((<usize>c) << 2)
              if (f32.load(x + at) == largest) {
                f32.store(dx + at, f32.load(dx + at) + gradient)
                gradient = 0
              }
            }
          }
        }
        out += pixel
      }
    }
    x += xStride
    dx += xStride
    y += yStride
    dy += yStride
  }
}

/** The mean of each window. */
export function averagePool(
  x: usize,
  xStride: usize,
  images: u32,
  width: u32,
  channels: u32,
  sizeY: u32,
  sizeX: u32,
  step: u32,
  y: usize,
  yStride: usize,
  outHeight: u32,
  outWidth: u32,
): void {
  const pixel = (<usize>channels) << 2
  const row = width * pixel
  const vectors = channels & ~3
  const share: f32 = <f32>1 / <f32>(sizeY * sizeX)
  for (let image: u32 = 0; image < images; image++) {
    let to = y
    for (let i: u32 = 0; i < outHeight; i++) {
      for (let j: u32 = 0; j < outWidth; j++) {
        const window = x + i * step * row + j * step * pixel
        let c: u32 = 0
        for (; c < vectors; c += 4) {
          let sum = f32x4.splat(0)
          for (let a: u32 = 0; a < sizeY; a++) {
            for (let b: u32 = 0; b < sizeX; b++) {
              sum = f32x4.add(sum, v128.load(window + a * row + b * pixel + ((<usize>c) << 2)))
            }
          }
          v128.store(to + ((<usize>c) << 2), f32x4.mul(sum, f32x4.splat(share)))
        }
        for (; c < channels; c++) {
          let sum: f32 = 0
          for (let a: u32 = 0; a < sizeY; a++) {
            for (let b: u32 = 0; b < sizeX; b++)
              sum += f32.load(window + a * row + b * pixel + ((<usize>c) << 2))
          }
          f32.store(to + ((<usize>c) << 2), sum * share)
        }
        to += pixel
      }
    }
    x += xStride
    y += yStride
  }
}

/** Every value of a window gets an equal share of its gradient. */
export function averagePoolBackward(
  dx: usize,
  xStride: usize,
  images: u32,
  height: u32,
  width: u32,
  channels: u32,
  sizeY: u32,
  sizeX: u32,
  step: u32,
  dy: usize,
  yStride: usize,
  outHeight: u32,
  outWidth: u32,
): void {
  const pixel = (<usize>channels) << 2
  const row = width * pixel
  const vectors = channels & ~3
  const share: f32 = <f32>1 / <f32>(sizeY * sizeX)
  for (let image: u32 = 0; image < images; image++) {
    memory.fill(dx, 0, height * row)
    let from = dy
    for (let i: u32 = 0; i < outHeight; i++) {
      for (let j: u32 = 0; j < outWidth; j++) {
        const window = dx + i * step * row + j * step * pixel
        let c: u32 = 0
        for (; c < vectors; c += 4) {
          const part = f32x4.mul(v128.load(from + ((<usize>c) << 2)), f32x4.splat(share))
          for (let a: u32 = 0; a < sizeY; a++) {
            for (let b: u32 = 0; b < sizeX; b++) {
              const at = window + a * row + b * pixel + ((<usize>c) << 2)
              v128.store(at, f32x4.add(v128.load(at), part))
            }
          }
        }
        for (; c < channels; c++) {
          const part = f32.load(from + ((<usize>c) << 2)) * share
          for (let a: u32 = 0; a < sizeY; a++) {
            for (let b: u32 = 0; b < sizeX; b++) {
              const at = window + a * row + b * pixel + ((<usize>c) << 2)
              f32.store(at, f32.load(at) + part)
            }
          }
        }
        from += pixel
      }
    }
    dx += xStride
    dy += yStride
  }
}
