import { openBlas } from '../../engine/blas/library.node.ts'
import { fastestEngine } from '../../engine/choose.ts'
import { ENGINE_NAMES, type EngineName } from '../../engine/engine.ts'
import type { RecordingPlan } from '../../runs/recorder.node.ts'
import { warn } from './terminal/output.ts'
import { choice } from './values.ts'
import { wideVectors } from './wide/wideVectors.ts'

/** Values of `--engine`. */
export const engineChoices = ['auto', ...ENGINE_NAMES] as const

/** An engine, and why `auto` took it if `auto` did. */
export type ChosenEngine = Pick<RecordingPlan, 'engine' | 'engineChoice'>

/**
 * The engine that `--engine` names. For `auto`, prints the chosen engine and the reason on stderr.
 *
 * @param usual the engine without the option
 * @throws ConfigError for an unknown name; EngineError if `blas` is not available
 */
export function engineOf(text: string | undefined, usual: EngineName = 'simd'): ChosenEngine {
  const asked = text === undefined ? usual : choice('--engine', text, engineChoices)
  // Fails before data is read.
  if (asked === 'blas') openBlas()
  if (asked !== 'auto') return { engine: asked }
  const { engine, ratio, why } = fastestEngine()
  warn(`engine ${engine} (auto): ${why}`)
  return { engine, engineChoice: { ratio, why } }
}

/** {@link engineOf} for a command that trains: first switches on 256-bit SIMD, which must precede the compilation of kernels. */
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
