import { Random } from '../src/base/random.ts'
import type { Block } from '../src/engine/memory.ts'
import type { Range } from '../src/engine/tensor.ts'
import type { Spread } from './statistics.ts'

export const giga = (rate: number): string => (rate / 1e9).toFixed(1)
export const micro = (seconds: number): string => (seconds * 1e6).toFixed(seconds < 1e-5 ? 2 : 1)
export const percent = (share: number): string => `${Math.round(100 * share)} %`

/** A row of the table of products: name, median and best GFLOP/s, and how near to the peak. */
export function rateRow(name: string, rate: Spread, peak: number): string[] {
  return [name, giga(rate.median), giga(rate.most), percent(rate.median / peak)]
}

/** Normal numbers in all of a block, padding too: what lies there must not be denormal or NaN. */
export function fill(block: Block, seed: number): void {
  const random = new Random(seed, 'bench')
  for (let i = 0; i < block.length; i++) block.data[i] = random.normal(i)
}

/** All rows of a tensor or of a parameter. */
export const all = ({ rows }: { readonly rows: number }): Range => ({ first: 0, end: rows })
