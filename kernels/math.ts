// exp, log and tanh for four floats at once, from strict IEEE operations: the same bits on every machine.
// Coefficients: Cephes mathematical library (Moshier), single precision; errors of 1 to 2 units in the last place.

/** e^x, x clamped to the range where the result is a normal number: no denormals, no infinity. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  x = f32x4.max(f32x4.min(x, f32x4.splat(88.02)), f32x4.splat(-87.3))
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504088896341)))
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)))
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)))
  let p = f32x4.splat(1.9875691500e-4)
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1))
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1))
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return f32x4.mul(p, power)
}

/** tanh x: a polynomial near 0, where 1 - 2 / (e^2x + 1) would cancel. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const z = f32x4.mul(x, x)
  let p = f32x4.splat(-5.70498872745e-3)
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(2.06390887954e-2))
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-5.37397155531e-2))
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(1.33314422036e-1))
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-3.33332819422e-1))
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, z), x), x)
  const size = f32x4.abs(x)
  const e = exp4(f32x4.add(size, size))
  const far = f32x4.sub(f32x4.splat(1), f32x4.div(f32x4.splat(2), f32x4.add(e, f32x4.splat(1))))
  const sign = v128.and(x, i32x4.splat(0x80000000))
  return v128.bitselect(near, v128.or(far, sign), f32x4.lt(size, f32x4.splat(0.625)))
}

/** 1 / (1 + e^-x) */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))))
}

/** Natural logarithm of one positive normal float. */
export function log1(x: f32): f32 {
  const bits = reinterpret<u32>(x)
  let n = <i32>(bits >> 23) - 126
  let m = reinterpret<f32>((bits & 0x7fffff) | 0x3f000000) // in [0.5, 1)
  if (m < 0.707106781186547524) {
    n -= 1
    m = m + m - 1
  } else {
    m = m - 1
  }
  const z = m * m
  let p: f32 = 7.0376836292e-2
  p = p * m - 1.1514610310e-1
  p = p * m + 1.1676998740e-1
  p = p * m - 1.2420140846e-1
  p = p * m + 1.4249322787e-1
  p = p * m - 1.6668057665e-1
  p = p * m + 2.0000714765e-1
  p = p * m - 2.4999993993e-1
  p = p * m + 3.3333331174e-1
  let y = p * m * z
  const e = <f32>n
  y += e * <f32>-2.12194440e-4
  y -= <f32>0.5 * z
  return m + y + e * <f32>0.693359375
}

/**
 * log(1 + x) for x >= 0, good to the last digits also for small x: log(u) x / (u - 1), where u - 1 is what rounding
 * left of x (Goldberg 1991, "What every computer scientist should know about floating-point arithmetic", theorem 4).
 * NaN stays NaN.
 */
export function logOnePlus(x: f32): f32 {
  const u: f32 = 1 + x
  return u == 1 ? x : log1(u) * (x / (u - 1))
}

/** Values too small to matter become 0: WebAssembly has no flush-to-zero, and denormals are up to 100 times slower. */
// @ts-ignore: decorator
@inline
export function flushTiny(x: v128): v128 {
  return v128.and(x, f32x4.ge(f32x4.abs(x), f32x4.splat(1e-30)))
}
