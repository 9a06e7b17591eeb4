import { EngineError } from '../base/errors.ts'
import { openBlas } from './blas/library.node.ts'
import type { EngineName } from './engine.ts'

export interface EngineChoice {
  readonly engine: EngineName
  /** For people: what was found, or what is missing. */
  readonly why: string
}

/**
 * The fastest engine that runs here: `blas` where the system has a BLAS that can be called, else `simd`. It is never
 * what happens by itself: only `simd` has the same bits everywhere.
 */
export function fastestEngine(): EngineChoice {
  try {
    const { title, path } = openBlas()
    return { engine: 'blas', why: `${title} was found: ${path}` }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return { engine: 'simd', why: error.message }
  }
}
