import type { EngineName } from '../../src/engine/engine.ts'
import { engineNames } from '../engines.ts'

/** How closely an engine has to follow float64: one layer or loss, and parameters after 10 steps of training. */
export interface Bounds {
  readonly engine: EngineName
  readonly once: number
  readonly steps: number
}

const bounds: readonly Bounds[] = [
  { engine: 'reference', once: 1e-10, steps: 1e-10 },
  { engine: 'simd', once: 1e-5, steps: 1e-4 },
  { engine: 'blas', once: 1e-5, steps: 1e-4 },
]

export const ENGINES = bounds.filter(({ engine }) => engineNames.includes(engine))

/** max |got - wanted| / max |wanted|; without the division where all of `wanted` is 0. NaN counts as infinite. */
export function disagreement(got: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (got.length !== wanted.length) return Number.POSITIVE_INFINITY
  let [apart, largest] = [0, 0]
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs((got[i] ?? Number.NaN) - (wanted[i] ?? Number.NaN))
    apart = Math.max(apart, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference)
    largest = Math.max(largest, Math.abs(wanted[i] ?? 0))
  }
  return largest === 0 ? apart : apart / largest
}
