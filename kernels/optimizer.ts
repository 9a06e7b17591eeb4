// Optimizer updates over `n` floats (a multiple of 4). `decay` is the L2 factor: the gradient of decay / 2 * w^2.
import { flushTiny } from './math'

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
