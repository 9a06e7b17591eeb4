/**
 * exp, log, tanh, cos, erf and their relatives in float64, from additions, multiplications and divisions alone.
 *
 * JavaScript leaves the last bits of Math.exp and its relatives to the engine, so two browsers may differ.
 * IEEE 754 arithmetic has no such freedom: these give the same bits everywhere. Relative error below 1e-15.
 */

const LN2_HIGH = 0.6931471803691238 // ln 2 in two parts: n * LN2_HIGH is exact for |n| < 2^20
const LN2_LOW = 1.9082149292705877e-10
const buffer = new DataView(new ArrayBuffer(8))

/** 2^n for any integer n, gradually underflowing to 0 and overflowing to Infinity. */
function powerOfTwo(n: number): number {
  if (n < -1022) return n < -1075 ? 0 : powerOfTwo(n + 60) * 2 ** -60
  if (n > 1023) return Number.POSITIVE_INFINITY
  buffer.setUint32(0, (n + 1023) << 20)
  buffer.setUint32(4, 0)
  return buffer.getFloat64(0)
}

/** e^r - 1 for |r| <= 0.35, by its Taylor series up to r^14 / 14!. */
function expm1Series(r: number): number {
  let sum = 0
  for (let k = 14; k >= 2; k--) sum = (sum + 1) * (r / k)
  return r + r * sum
}

/** e^x: x = n ln 2 + r with |r| <= ln 2 / 2, then 2^n e^r. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 709.79) return Number.POSITIVE_INFINITY
  if (x < -745.2) return 0
  const n = Math.round(x / Math.LN2)
  const r = x - n * LN2_HIGH - n * LN2_LOW
  const half = Math.trunc(n / 2)
  return (1 + expm1Series(r)) * powerOfTwo(half) * powerOfTwo(n - half)
}

/** e^x - 1 without cancellation near 0. */
export function expm1(x: number): number {
  return Math.abs(x) < 0.35 ? expm1Series(x) : exp(x) - 1
}

/** Natural logarithm: x = 2^n m with m in [sqrt(1/2), sqrt(2)), log m = 2 artanh((m - 1) / (m + 1)). */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  let n = 0
  let value = x
  if (value < 2 ** -1022) {
    value *= 2 ** 54
    n = -54
  }
  buffer.setFloat64(0, value)
  const high = buffer.getUint32(0)
  n += (high >>> 20) - 1023
  buffer.setUint32(0, (high & 0xfffff) | 0x3ff00000)
  let m = buffer.getFloat64(0)
  if (m > Math.SQRT2) {
    m /= 2
    n += 1
  }
  return n * LN2_HIGH + (2 * artanhSeries((m - 1) / (m + 1)) + n * LN2_LOW)
}

/** artanh s = s + s^3 / 3 + s^5 / 5 + ..., for |s| <= 0.18. */
function artanhSeries(s: number): number {
  const s2 = s * s
  let sum = 0
  for (let k = 25; k >= 3; k -= 2) sum = (sum + 1 / k) * s2
  return s + s * sum
}

/** log(1 + x) without cancellation near 0, as log m above with m - 1 = x. */
export function log1p(x: number): number {
  if (Math.abs(x) < 2 ** -54) return x
  return x > -0.29 && x < 0.41 ? 2 * artanhSeries(x / (2 + x)) : log(1 + x)
}

/** Hyperbolic tangent, accurate near 0 as well: tanh x = (e^2x - 1) / (e^2x + 1). */
export function tanh(x: number): number {
  if (x > 22) return 1
  if (x < -22) return -1
  const e = expm1(2 * x)
  return e / (e + 2)
}

/** base^n for a whole number n >= 0, by repeated squaring: every rounding grows with n, to about n 2^-53 in all. */
export function power(base: number, n: number): number {
  let result = 1
  let square = base
  for (let rest = n; rest >= 1; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square
    square *= square
  }
  return result
}

const HALF_PI_HIGH = 1.5707963267341256 // pi / 2 in two parts, like ln 2
const HALF_PI_LOW = 6.077100506506192e-11

/** Cosine, off by at most 1e-15 for |x| <= 1e5: x = n pi / 2 + r with |r| <= pi / 4, then +-cos r or +-sin r. */
export function cosine(x: number): number {
  const n = Math.round(x / (Math.PI / 2))
  const r = x - n * HALF_PI_HIGH - n * HALF_PI_LOW
  const quarter = ((n % 4) + 4) % 4
  const sign = quarter === 1 || quarter === 2 ? -1 : 1
  const odd = n % 2 !== 0
  // cos r = 1 - r^2 / (1 2) (1 - r^2 / (3 4) (...)), sin r = r (1 - r^2 / (2 3) (1 - r^2 / (4 5) (...)))
  let sum = 1
  for (let k = odd ? 19 : 18; k >= 2; k -= 2) sum = 1 - ((r * r) / (k * (k - 1))) * sum
  return sign * (odd ? r * sum : sum)
}

/**
 * Error function, 2 / sqrt pi times the integral of e^(-t^2) from 0 to x. Below 2 the series of positive terms
 * (Abramowitz, Stegun 7.1.6), above it 1 - erfc x with the continued fraction of erfc (7.1.14).
 */
export function erf(x: number): number {
  const size = Math.abs(x)
  if (size < 2) {
    let sum = 1
    for (let n = 50; n >= 1; n--) sum = 1 + ((2 * x * x) / (2 * n + 1)) * sum
    return (2 / Math.sqrt(Math.PI)) * exp(-x * x) * x * sum
  }
  if (Number.isNaN(x)) return x
  if (size > 6) return Math.sign(x)
  let fraction = size
  for (let k = 80; k >= 1; k--) fraction = size + k / 2 / fraction
  return Math.sign(x) * (1 - exp(-x * x) / (Math.sqrt(Math.PI) * fraction))
}
