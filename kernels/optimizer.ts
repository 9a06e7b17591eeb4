// Optimizer updates over `n` floats (a multiple of 4). `decay` is the L2 factor: the gradient of decay / 2 * w^2.
import { flushTiny, follow, squareOf } from './math'

/** w <- w - rate (g + decay w) */
export function sgd(w: usize, g: usize, n: u32, rate: f32, decay: f32): void {
  const r = f32x4.splat(rate)
  const d = f32x4.splat(decay)
  for (const end = w + ((<usize>n) << 2); w < end; w += 16, g += 16) {
    const value = v128.load(w)
    const gradient = f32x4.add(v128.load(g), f32x4.mul(d, value))
    v128.store(w, f32x4.sub(value, f32x4.mul(r, gradient)))
  }
}

/** v <- mu v + g; w <- w - rate v, or with Nesterov w <- w - rate (g + mu v). g includes decay w. */
export function momentum(
  w: usize,
  g: usize,
  v: usize,
  n: u32,
  rate: f32,
  mu: f32,
  decay: f32,
  nesterov: bool,
): void {
  const r = f32x4.splat(rate)
  const m = f32x4.splat(mu)
  const d = f32x4.splat(decay)
  for (const end = w + ((<usize>n) << 2); w < end; w += 16, g += 16, v += 16) {
    const value = v128.load(w)
    const gradient = f32x4.add(v128.load(g), f32x4.mul(d, value))
    const velocity = flushTiny(f32x4.add(f32x4.mul(m, v128.load(v)), gradient))
    v128.store(v, velocity)
    const step = nesterov ? f32x4.add(gradient, f32x4.mul(m, velocity)) : velocity
    v128.store(w, f32x4.sub(value, f32x4.mul(r, step)))
  }
}

/**
 * m <- beta1 m + (1 - beta1) g; v <- beta2 v + (1 - beta2) g^2;
 * w <- w - rate m / (sqrt(correction v) + epsilon) - shrink w. g includes decay w; rest = 1 - beta.
 *
 * Tiny weights become 0 as well, because L2 makes those of inputs that are always 0 smaller in every step.
 */
export function adam(
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  n: u32,
  rate: f32,
  rest1: f32,
  rest2: f32,
  correction: f32,
  epsilon: f32,
  decay: f32,
  shrink: f32,
): void {
  const r = f32x4.splat(rate)
  const r1 = f32x4.splat(rest1)
  const r2 = f32x4.splat(rest2)
  const c = f32x4.splat(correction)
  const small = f32x4.splat(epsilon)
  const d = f32x4.splat(decay)
  const s = f32x4.splat(shrink)
  // Not a `for`, because V8 hoists the constants only out of loops that begin with their body.
  if (n == 0) return
  const end = w + ((<usize>n) << 2)
  do {
    const value = v128.load(w)
    const gradient = f32x4.add(v128.load(g), f32x4.mul(d, value))
    const mean = follow(v128.load(m), gradient, r1)
    const square = follow(v128.load(v), squareOf(gradient), r2)
    v128.store(m, mean)
    v128.store(v, square)
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(square, c)), small)
    const change = f32x4.add(f32x4.mul(r, f32x4.div(mean, root)), f32x4.mul(s, value))
    v128.store(w, flushTiny(f32x4.sub(value, change)))
    w += 16
    g += 16
    m += 16
    v += 16
  } while (w < end)
}

/**
 * v <- alpha v + (1 - alpha) g^2, then w <- w - rate g / (sqrt(v) + epsilon), or with a velocity u (its address, else 0)
 * u <- mu u + g / (sqrt(v) + epsilon), w <- w - rate u. g includes decay w; rest = 1 - alpha.
 */
export function rmsprop(
  w: usize,
  g: usize,
  v: usize,
  u: usize,
  n: u32,
  rate: f32,
  rest: f32,
  epsilon: f32,
  mu: f32,
  decay: f32,
): void {
  const r = f32x4.splat(rate)
  const r1 = f32x4.splat(rest)
  const small = f32x4.splat(epsilon)
  const m = f32x4.splat(mu)
  const d = f32x4.splat(decay)
  const remembers = u != 0
  for (const end = w + ((<usize>n) << 2); w < end; w += 16, g += 16, v += 16) {
    const value = v128.load(w)
    const gradient = f32x4.add(v128.load(g), f32x4.mul(d, value))
    const square = follow(v128.load(v), squareOf(gradient), r1)
    v128.store(v, square)
    let step = f32x4.div(gradient, f32x4.add(f32x4.sqrt(square), small))
    if (remembers) {
      step = flushTiny(f32x4.add(f32x4.mul(m, v128.load(u)), step))
      v128.store(u, step)
      u += 16
    }
    v128.store(w, flushTiny(f32x4.sub(value, f32x4.mul(r, step))))
  }
}

/** s <- s + g^2; w <- w - rate g / (sqrt(s) + epsilon). g includes decay w. */
export function adagrad(w: usize, g: usize, s: usize, n: u32, rate: f32, epsilon: f32, decay: f32): void {
  const r = f32x4.splat(rate)
  const small = f32x4.splat(epsilon)
  const d = f32x4.splat(decay)
  for (const end = w + ((<usize>n) << 2); w < end; w += 16, g += 16, s += 16) {
    const value = v128.load(w)
    const gradient = f32x4.add(v128.load(g), f32x4.mul(d, value))
    const sum = f32x4.add(v128.load(s), squareOf(gradient))
    v128.store(s, sum)
    const step = f32x4.div(gradient, f32x4.add(f32x4.sqrt(sum), small))
    v128.store(w, flushTiny(f32x4.sub(value, f32x4.mul(r, step))))
  }
}
