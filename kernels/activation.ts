// Activations over `n` floats (a multiple of 4). Most backward passes need only the outputs y: relu' = [y > 0],
// leakyRelu' = 1 or the slope, elu' = 1 or y + alpha, tanh' = 1 - y^2, sigmoid' = y (1 - y). Those of gelu and
// softplus take the inputs x.
import {
  bell4,
  exp4,
  expMinusOne4,
  flushTiny,
  logOnePlus4,
  normalDistribution4,
  sigmoid4,
  tanh4,
} from './math'

/** n is a multiple of 16, because rows of activations are whole cache lines. Four vectors an iteration save loop overhead. */
export function relu(x: usize, y: usize, n: u32): void {
  const zero = f32x4.splat(0)
  for (const end = x + ((<usize>n) << 2); x < end; x += 64, y += 64) {
    // pmax(a, b) is a < b ? b : a, which keeps NaN.
    v128.store(y, f32x4.pmax(v128.load(x), zero))
    v128.store(y, f32x4.pmax(v128.load(x, 16), zero), 16)
    v128.store(y, f32x4.pmax(v128.load(x, 32), zero), 32)
    v128.store(y, f32x4.pmax(v128.load(x, 48), zero), 48)
  }
}

/** n is a multiple of 16. */
export function reluBackward(y: usize, dy: usize, dx: usize, n: u32): void {
  const zero = f32x4.splat(0)
  for (const end = y + ((<usize>n) << 2); y < end; y += 64, dy += 64, dx += 64) {
    v128.store(dx, v128.and(v128.load(dy), f32x4.gt(v128.load(y), zero)))
    v128.store(dx, v128.and(v128.load(dy, 16), f32x4.gt(v128.load(y, 16), zero)), 16)
    v128.store(dx, v128.and(v128.load(dy, 32), f32x4.gt(v128.load(y, 32), zero)), 32)
    v128.store(dx, v128.and(v128.load(dy, 48), f32x4.gt(v128.load(y, 48), zero)), 48)
  }
}

export function leakyRelu(x: usize, y: usize, n: u32, slope: f32): void {
  const zero = f32x4.splat(0)
  const s = f32x4.splat(slope)
  for (const end = x + ((<usize>n) << 2); x < end; x += 16, y += 16) {
    const v = v128.load(x)
    v128.store(y, v128.bitselect(v, f32x4.mul(v, s), f32x4.gt(v, zero)))
  }
}

export function leakyReluBackward(y: usize, dy: usize, dx: usize, n: u32, slope: f32): void {
  const zero = f32x4.splat(0)
  const s = f32x4.splat(slope)
  for (const end = y + ((<usize>n) << 2); y < end; y += 16, dy += 16, dx += 16) {
    const d = v128.load(dy)
    v128.store(dx, v128.bitselect(d, f32x4.mul(d, s), f32x4.gt(v128.load(y), zero)))
  }
}

export function tanh(x: usize, y: usize, n: u32): void {
  for (const end = x + ((<usize>n) << 2); x < end; x += 16, y += 16) v128.store(y, tanh4(v128.load(x)))
}

export function tanhBackward(y: usize, dy: usize, dx: usize, n: u32): void {
  const one = f32x4.splat(1)
  for (const end = y + ((<usize>n) << 2); y < end; y += 16, dy += 16, dx += 16) {
    const v = v128.load(y)
    v128.store(dx, f32x4.mul(v128.load(dy), f32x4.sub(one, f32x4.mul(v, v))))
  }
}

export function sigmoid(x: usize, y: usize, n: u32): void {
  for (const end = x + ((<usize>n) << 2); x < end; x += 16, y += 16) v128.store(y, sigmoid4(v128.load(x)))
}

export function sigmoidBackward(y: usize, dy: usize, dx: usize, n: u32): void {
  const one = f32x4.splat(1)
  for (const end = y + ((<usize>n) << 2); y < end; y += 16, dy += 16, dx += 16) {
    const v = v128.load(y)
    v128.store(dx, f32x4.mul(v128.load(dy), f32x4.mul(v, f32x4.sub(one, v))))
  }
}

export function elu(x: usize, y: usize, n: u32, alpha: f32): void {
  const zero = f32x4.splat(0)
  const a = f32x4.splat(alpha)
  for (const end = x + ((<usize>n) << 2); x < end; x += 16, y += 16) {
    const v = v128.load(x)
    v128.store(y, v128.bitselect(v, f32x4.mul(a, expMinusOne4(v)), f32x4.gt(v, zero)))
  }
}

export function eluBackward(y: usize, dy: usize, dx: usize, n: u32, alpha: f32): void {
  const zero = f32x4.splat(0)
  const a = f32x4.splat(alpha)
  for (const end = y + ((<usize>n) << 2); y < end; y += 16, dy += 16, dx += 16) {
    const v = v128.load(y)
    const d = v128.load(dy)
    v128.store(dx, v128.bitselect(d, f32x4.mul(d, f32x4.add(v, a)), f32x4.gt(v, zero)))
  }
}

/** y = x Phi(x) */
export function gelu(x: usize, y: usize, n: u32): void {
  for (const end = x + ((<usize>n) << 2); x < end; x += 16, y += 16) {
    const v = v128.load(x)
    v128.store(y, f32x4.mul(v, normalDistribution4(v, bell4(v))))
  }
}

/** dx = dy (Phi(x) + x e^(-x^2 / 2) / sqrt(2 pi)) */
export function geluBackward(x: usize, dy: usize, dx: usize, n: u32): void {
  const density = f32x4.splat(0.398942280401432678)
  for (const end = x + ((<usize>n) << 2); x < end; x += 16, dy += 16, dx += 16) {
    const v = v128.load(x)
    const bell = bell4(v)
    const slope = f32x4.add(normalDistribution4(v, bell), f32x4.mul(v, f32x4.mul(bell, density)))
    v128.store(dx, f32x4.mul(v128.load(dy), slope))
  }
}

/** y = log(1 + e^x) = max(x, 0) + log(1 + e^-|x|) */
export function softplus(x: usize, y: usize, n: u32): void {
  const zero = f32x4.splat(0)
  for (const end = x + ((<usize>n) << 2); x < end; x += 16, y += 16) {
    const v = v128.load(x)
    const rest = logOnePlus4(flushTiny(exp4(f32x4.neg(f32x4.abs(v)))))
    v128.store(y, f32x4.add(f32x4.max(v, zero), rest))
  }
}

/** dx = dy / (1 + e^-x) */
export function softplusBackward(x: usize, dy: usize, dx: usize, n: u32): void {
  for (const end = x + ((<usize>n) << 2); x < end; x += 16, dy += 16, dx += 16)
    v128.store(dx, f32x4.mul(v128.load(dy), sigmoid4(v128.load(x))))
}
