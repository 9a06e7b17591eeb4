import { Random } from '../../src/base/random.ts'

/** A sequence of random choices that a seed and a purpose determine. */
export class Draw {
  readonly seed: number
  private readonly random: Random
  private index = 0

  constructor(seed: number, purpose: string) {
    this.seed = seed
    this.random = new Random(seed, `torture ${purpose}`)
  }

  /** From 0, below 1. */
  fraction(): number {
    return this.random.uniform(this.index++)
  }

  /** A whole number; both ends are possible. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  pick<T>(items: readonly T[]): T {
    for (const item of items.slice(this.integer(0, items.length - 1))) return item
    throw new RangeError('nothing to pick from')
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.integer(0, 255))
  }
}
