/**
 * exp, expm1, log and tanh in float64 from additions, multiplications and divisions alone.
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
  const s = (m - 1) / (m + 1)
  const s2 = s * s
  let sum = 0
  for (let k = 25; k >= 3; k -= 2) sum = (sum + 1 / k) * s2
  return n * LN2_HIGH + (2 * (s + s * sum) + n * LN2_LOW)
}

/** Hyperbolic tangent, accurate near 0 as well: tanh x = (e^2x - 1) / (e^2x + 1). */
export function tanh(x: number): number {
  if (x > 22) return 1
  if (x < -22) return -1
  const e = expm1(2 * x)
  return e / (e + 2)
}
