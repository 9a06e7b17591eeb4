import { EngineError } from '../base/errors.ts'
import { openBlas } from './blas/library.node.ts'
import type { EngineName } from './engine.ts'
import { measuredPeak } from './peak.ts'

export interface EngineChoice {
  readonly engine: EngineName
  /** For people: what was found, or what is missing. */
  readonly why: string
}

/** Seconds that each engine may show what it can. */
const TRIAL = 0.01
/** How many times as fast a BLAS has to be: one that does not know the processor can be slower than `simd`. */
const WORTH_IT = 1.2

/**
 * The fastest engine that runs here: `blas` where the system has a BLAS that can be called and is faster, else `simd`.
 * It is never what happens by itself: only `simd` has the same bits everywhere.
 */
export function fastestEngine(): EngineChoice {
  try {
    const { title, path } = openBlas()
    const [blas, simd] = [measuredPeak('blas', TRIAL), measuredPeak('simd', TRIAL)]
    const speeds = `${blas.toFixed(0)} GFLOP/s on one core, simd ${simd.toFixed(0)}`
    if (blas > WORTH_IT * simd) return { engine: 'blas', why: `${title} (${path}) reaches ${speeds}` }
    return { engine: 'simd', why: `${title} (${path}) is not worth it: ${speeds}` }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return { engine: 'simd', why: error.message }
  }
}
