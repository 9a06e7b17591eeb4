import { log } from './elementary.ts'
import { ConfigError } from './errors.ts'

/**
 * Counter-based random numbers: the i-th number is a function of (seed, purpose, stream, i) and of nothing else.
 * No state is advanced, so neither the number of threads nor the order of calls nor an interruption can change
 * what is drawn. The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy
 * as 1, 2, 3", 2011, section 3.3).
 */
export class Random {
  private readonly words = new Uint32Array(4)
  private readonly key0: number
  private readonly key1: number
  private readonly stream: number

  /**
   * @param seed integer in 0 .. 2^32 - 1
   * @param purpose what the numbers are for, such as 'shuffle' or a parameter's name
   * @param stream a second index, such as the epoch; integer in 0 .. 2^32 - 1
   */
  constructor(seed: number, purpose: string, stream = 0) {
    if (typeof purpose !== 'string' || !Number.isInteger(seed))
      throw new ConfigError('needs a whole number and a string.', { where: 'Random, seed and purpose' })
    this.key0 = seed >>> 0
    this.key1 = purposeKey(purpose)
    this.stream = stream >>> 0
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  uniform(index: number): number {
    this.block(index, 0)
    return this.fraction(0)
  }

  /** Uniform integer in 0 .. n - 1, for n up to 2^32. */
  integer(index: number, n: number): number {
    return Math.floor(this.uniform(index) * n)
  }

  /** Standard normal: the polar method of Marsaglia (1964), retried with the next counter until inside the disc. */
  normal(index: number): number {
    for (let attempt = 0; ; attempt++) {
      this.block(index, attempt)
      const u = 2 * this.fraction(0) - 1
      const v = 2 * this.fraction(2) - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) return u * Math.sqrt((-2 * log(s)) / s)
    }
  }

  /** Four words of 32 random bits; the array is overwritten by the next call. */
  draw(index: number): Uint32Array {
    this.block(index, 0)
    return this.words
  }

  /** A random order of 0 .. n - 1 (Fisher and Yates), written into `order`. */
  permute(order: Uint32Array): Uint32Array {
    for (let i = 0; i < order.length; i++) order[i] = i
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.integer(i, i + 1)
      const kept = order[i] ?? 0
      order[i] = order[j] ?? 0
      order[j] = kept
    }
    return order
  }

  private fraction(word: number): number {
    const high = (this.words[word] ?? 0) >>> 5
    const low = (this.words[word + 1] ?? 0) >>> 6
    return (high * 67108864 + low) / 9007199254740992
  }

  private block(index: number, attempt: number): void {
    philox(
      this.words,
      index >>> 0,
      Math.floor(index / 4294967296),
      this.stream,
      attempt,
      this.key0,
      this.key1,
    )
  }
}

/** One block of Philox4x32-10: four 32-bit words from a 128-bit counter and a 64-bit key. */
export function philox(
  out: Uint32Array,
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
): void {
  let c0 = counter0 >>> 0
  let c1 = counter1 >>> 0
  let c2 = counter2 >>> 0
  let c3 = counter3 >>> 0
  let k0 = key0
  let k1 = key1
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0)
    const low0 = Math.imul(0xd2511f53, c0)
    const high1 = multiplyHigh(0xcd9e8d57, c2)
    const low1 = Math.imul(0xcd9e8d57, c2)
    c0 = (high1 ^ c1 ^ k0) >>> 0
    c1 = low1 >>> 0
    c2 = (high0 ^ c3 ^ k1) >>> 0
    c3 = low0 >>> 0
    k0 = (k0 + 0x9e3779b9) >>> 0
    k1 = (k1 + 0xbb67ae85) >>> 0
  }
  out[0] = c0
  out[1] = c1
  out[2] = c2
  out[3] = c3
}

/**
 * The upper 32 bits of the 64-bit product of two unsigned 32-bit integers, in halves of 16 bits. No sum on the way needs
 * more than 32 bits, and saying so keeps the compiler with integers.
 */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) >>> 0
  const middle2 = (Math.imul(aLow, bHigh) + (middle & 0xffff)) >>> 0
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (middle2 >>> 16)) >>> 0
}

/** The half of the key that comes from a purpose: FNV-1a, 32 bits, over its UTF-16 units. */
export function purposeKey(purpose: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
