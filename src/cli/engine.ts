import { openBlas } from '../engine/blas/library.node.ts'
import { fastestEngine } from '../engine/choose.ts'
import { ENGINE_NAMES, type EngineName } from '../engine/engine.ts'
import { warn } from './output.ts'
import { choice } from './values.ts'
import { wideVectors } from './wide/wideVectors.ts'

/** What `--engine` takes. */
export const engineChoices = ['auto', ...ENGINE_NAMES] as const

/**
 * The engine that `--engine` asks for. What `auto` took is said on stderr, with the reason.
 *
 * @param usual where nothing is asked for
 * @throws ConfigError for a name that does not exist; EngineError where `blas` is asked for and is not possible
 */
export function engineOf(text: string | undefined, usual: EngineName = 'simd'): EngineName {
  const asked = text === undefined ? usual : choice('--engine', text, engineChoices)
  // Before data is read, not after.
  if (asked === 'blas') openBlas()
  if (asked !== 'auto') return asked
  const { engine, why } = fastestEngine()
  warn(`engine ${engine} (auto): ${why}`)
  return engine
}

/** {@link engineOf} for a command that trains; switches 256-bit SIMD on first, before anything is compiled. */
export function trainingEngineOf(text: string | undefined): EngineName {
  if (text !== 'reference') wideVectors()
  return engineOf(text)
}
