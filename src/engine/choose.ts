import { EngineError } from '../base/errors.ts'
import { openBlas } from './blas/library.node.ts'
import type { EngineName } from './engine.ts'
import { peakMeter } from './peak.ts'

export interface EngineChoice {
  readonly engine: EngineName
  /** Speed of `blas` divided by that of `simd`, on one core; null if there is no BLAS to measure. */
  readonly ratio: number | null
  /** Reason of the choice, as a sentence. */
  readonly why: string
}

/** Speeds in GFLOP/s on one core. */
export interface EngineSpeeds {
  /** Name and file of the BLAS. */
  readonly library: string
  readonly blas: number
  readonly simd: number
}

/** Rounds in which both engines are measured in turns: other work on the machine slows only some of them. */
const ROUNDS = 8
/** Seconds per engine and round. */
const TRIAL = 0.01
/** Speed of a BLAS relative to `simd` from which on it is chosen. */
const WORTH_IT = 1.2

/**
 * The fastest engine that runs here: `blas` if the system has a BLAS that can be called and is faster, else `simd`. It is
 * not the default, because only `simd` has the same bits everywhere.
 *
 * @param measure throws an EngineError if there is no BLAS
 */
export function fastestEngine(measure: () => EngineSpeeds = measureSpeeds): EngineChoice {
  try {
    const { library, blas, simd } = measure()
    const ratio = Number((blas / simd).toFixed(2))
    const speeds = `${blas.toFixed(0)} GFLOP/s on one core, simd ${simd.toFixed(0)}: ${ratio} times as fast`
    if (blas > WORTH_IT * simd) return { engine: 'blas', ratio, why: `${library} reaches ${speeds}` }
    const why = `${library} is not worth it: ${speeds}, must be above ${WORTH_IT}`
    return { engine: 'simd', ratio, why }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return { engine: 'simd', ratio: null, why: error.message }
  }
}

function measureSpeeds(): EngineSpeeds {
  const { title, path } = openBlas()
  const [blas, simd] = bestInTurns([peakMeter('blas'), peakMeter('simd')], ROUNDS, TRIAL)
  return { library: `${title} (${path})`, blas, simd }
}

/** The best of several measurements of two things, taken in turns. */
export function bestInTurns(
  [measureA, measureB]: readonly [Meter, Meter],
  rounds: number,
  duration: number,
): [number, number] {
  let [a, b] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    a = Math.max(a, measureA(duration))
    b = Math.max(b, measureB(duration))
  }
  return [a, b]
}

type Meter = (duration: number) => number
