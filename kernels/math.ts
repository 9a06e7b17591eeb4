// exp, log, erf and tanh for four floats at once, from strict IEEE operations: the same bits on every machine.
// Coefficients: Cephes mathematical library (Moshier), single precision; errors of 1 to 2 units in the last place.
// @inline is AssemblyScript's: TypeScript does not allow a decorator on a function.

/** e^x, x clamped to the range where the result is a normal number: no denormals, no infinity. */
// @ts-ignore: AssemblyScript's decorator; TypeScript allows none here
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

/** e^x - 1. Near 0, where subtracting 1 would cancel, it is the polynomial of exp4 without its 1. */
// @ts-ignore: AssemblyScript's decorator; TypeScript allows none here
@inline
export function expMinusOne4(x: v128): v128 {
  let p = f32x4.splat(1.9875691500e-4)
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(1.3981999507e-3))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(8.3334519073e-3))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(4.1665795894e-2))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(1.6666665459e-1))
  p = f32x4.add(f32x4.mul(p, x), f32x4.splat(5.0000001201e-1))
  const near = f32x4.add(f32x4.mul(f32x4.mul(p, x), x), x)
  const far = f32x4.sub(exp4(x), f32x4.splat(1))
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(x), f32x4.splat(0.34657359)))
}

/** tanh x: a polynomial near 0, where 1 - 2 / (e^2x + 1) would cancel. */
// @ts-ignore: AssemblyScript's decorator; TypeScript allows none here
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
// @ts-ignore: AssemblyScript's decorator; TypeScript allows none here
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

/** Natural logarithm of four positive normal floats: {@link log1}, lane by lane the same. */
// @ts-ignore: AssemblyScript's decorator; TypeScript allows none here
@inline
export function log4(x: v128): v128 {
  const half = v128.or(v128.and(x, i32x4.splat(0x7fffff)), i32x4.splat(0x3f000000)) // in [0.5, 1)
  const low = f32x4.lt(half, f32x4.splat(0.707106781186547524))
  // A true comparison is -1 as an integer.
  const n = i32x4.add(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)), low)
  const m = f32x4.sub(f32x4.add(half, v128.and(half, low)), f32x4.splat(1))
  const z = f32x4.mul(m, m)
  let p = f32x4.splat(7.0376836292e-2)
  p = f32x4.sub(f32x4.mul(p, m), f32x4.splat(1.1514610310e-1))
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.1676998740e-1))
  p = f32x4.sub(f32x4.mul(p, m), f32x4.splat(1.2420140846e-1))
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(1.4249322787e-1))
  p = f32x4.sub(f32x4.mul(p, m), f32x4.splat(1.6668057665e-1))
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(2.0000714765e-1))
  p = f32x4.sub(f32x4.mul(p, m), f32x4.splat(2.4999993993e-1))
  p = f32x4.add(f32x4.mul(p, m), f32x4.splat(3.3333331174e-1))
  const e = f32x4.convert_i32x4_s(n)
  let y = f32x4.mul(f32x4.mul(p, m), z)
  y = f32x4.add(y, f32x4.mul(e, f32x4.splat(-2.12194440e-4)))
  y = f32x4.sub(y, f32x4.mul(f32x4.splat(0.5), z))
  return f32x4.add(f32x4.add(m, y), f32x4.mul(e, f32x4.splat(0.693359375)))
}

/** log(1 + x) for four x >= 0, as {@link logOnePlus}. */
// @ts-ignore: AssemblyScript's decorator; TypeScript allows none here
@inline
export function logOnePlus4(x: v128): v128 {
  const one = f32x4.splat(1)
  const u = f32x4.add(x, one)
  const far = f32x4.mul(log4(u), f32x4.div(x, f32x4.sub(u, one)))
  return v128.bitselect(x, far, f32x4.eq(u, one))
}

/** e^(-x^2 / 2), and 0 where that is too small to matter. */
// @ts-ignore: AssemblyScript's decorator; TypeScript allows none here
@inline
export function bell4(x: v128): v128 {
  return flushTiny(exp4(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5))))
}

/**
 * The normal distribution function Phi(x) = (1 + erf(x / sqrt 2)) / 2, with `bell` = e^(-x^2 / 2).
 *
 * For z = |x| / sqrt 2, Abramowitz and Stegun 7.1.26 give 1 - erf z = (a1 t + ... + a5 t^5) e^(-z^2) with
 * t = 1 / (1 + 0.3275911 z), off by at most 1.5e-7. Half of it is Phi(-|x|), and nothing cancels for x < 0.
 */
// @ts-ignore: AssemblyScript's decorator; TypeScript allows none here
@inline
export function normalDistribution4(x: v128, bell: v128): v128 {
  const one = f32x4.splat(1)
  const scaled = f32x4.mul(f32x4.abs(x), f32x4.splat(0.3275911 * 0.707106781186547524))
  const t = f32x4.div(one, f32x4.add(one, scaled))
  let p = f32x4.splat(1.061405429)
  p = f32x4.sub(f32x4.mul(p, t), f32x4.splat(1.453152027))
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(1.421413741))
  p = f32x4.sub(f32x4.mul(p, t), f32x4.splat(0.284496736))
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.254829592))
  const tail = f32x4.mul(f32x4.mul(f32x4.mul(p, t), bell), f32x4.splat(0.5))
  return v128.bitselect(f32x4.sub(one, tail), tail, f32x4.gt(x, f32x4.splat(0)))
}

/**
 * The larger of each, NaN where either is: what f32x4.max gives but for the sign of a zero, in three operations instead of
 * the nine that processors without such a maximum need. pmax(a, b) is a < b ? b : a, so both orders agree unless one is
 * NaN; the bits of a NaN or'ed with those of a number are a NaN.
 */
// @ts-ignore: AssemblyScript's decorator; TypeScript allows none here
@inline
export function larger(a: v128, b: v128): v128 {
  return v128.or(f32x4.pmax(a, b), f32x4.pmax(b, a))
}

/** |x|: one operation in a loop, where f32x4.abs makes its mask anew each time. */
// @ts-ignore: AssemblyScript's decorator; TypeScript allows none here
@inline
function sizeOf(x: v128): v128 {
  return v128.and(x, i32x4.splat(0x7fffffff))
}

/** Values too small to matter become 0: WebAssembly has no flush-to-zero, and denormals are up to 100 times slower. */
// @ts-ignore: AssemblyScript's decorator; TypeScript allows none here
@inline
export function flushTiny(x: v128): v128 {
  return v128.and(x, f32x4.ge(sizeOf(x), f32x4.splat(1e-30)))
}

/** g^2, and 0 where that would be too small to matter: it is never a denormal. */
// @ts-ignore: AssemblyScript's decorator; TypeScript allows none here
@inline
export function squareOf(g: v128): v128 {
  const kept = v128.and(g, f32x4.ge(sizeOf(g), f32x4.splat(1e-15)))
  return f32x4.mul(kept, kept)
}

/**
 * average <- average + rest (next - average), which is (1 - rest) average + rest next. float32 has seven digits of a rest
 * of 0.001, but 0.999 has only four digits of its difference to 1.
 */
// @ts-ignore: AssemblyScript's decorator; TypeScript allows none here
@inline
export function follow(average: v128, next: v128, rest: v128): v128 {
  return flushTiny(f32x4.add(average, f32x4.mul(rest, f32x4.sub(next, average))))
}
