import { openBlas } from '../../engine/blas/library.node.ts'
import { fastestEngine } from '../../engine/choose.ts'
import { ENGINE_NAMES, type EngineName } from '../../engine/engine.ts'
import type { RecordingPlan } from '../../runs/recorder.node.ts'
import { warn } from './terminal/output.ts'
import { choice } from './values.ts'
import { wideVectors } from './wide/wideVectors.ts'

/** What `--engine` takes. */
export const engineChoices = ['auto', ...ENGINE_NAMES] as const

/** An engine, and why `auto` took it if `auto` did. */
export type ChosenEngine = Pick<RecordingPlan, 'engine' | 'engineChoice'>

/**
 * The engine that `--engine` asks for. What `auto` took is said on stderr, with the reason.
 *
 * @param usual where nothing is asked for
 * @throws ConfigError for a name that does not exist; EngineError where `blas` is asked for and is not possible
 */
export function engineOf(text: string | undefined, usual: EngineName = 'simd'): ChosenEngine {
  const asked = text === undefined ? usual : choice('--engine', text, engineChoices)
  // Before data is read, not after.
  if (asked === 'blas') openBlas()
  if (asked !== 'auto') return { engine: asked }
  const { engine, ratio, why } = fastestEngine()
  warn(`engine ${engine} (auto): ${why}`)
  return { engine, engineChoice: { ratio, why } }
}

/** {@link engineOf} for a command that trains; switches 256-bit SIMD on first, before anything is compiled. */
export function trainingEngineOf(text: string | undefined): ChosenEngine {
  if (text !== 'reference') wideVectors()
  return engineOf(text)
}

/** "simd", or where `auto` took it "simd (auto: blas 1.1 times as fast)". */
export function engineText({
  engine,
  engineChoice: choice,
}: {
  readonly engine: string
  readonly engineChoice?: ChosenEngine['engineChoice'] | undefined
}): string {
  if (choice === undefined) return engine
  return `${engine} (auto: ${choice.ratio === null ? 'no usable BLAS' : `blas ${choice.ratio} times as fast as simd`})`
}
