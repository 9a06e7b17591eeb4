import { checkArgument } from '../base/arguments.ts'
import { ConfigError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import { createBlasEngine } from './blas/engine.ts'
import { ENGINE_NAMES, type Engine } from './engine.ts'
import { createReferenceEngine } from './reference/engine.ts'
import { createSimdEngine } from './simd/engine.ts'

/**
 * A new engine by name.
 *
 * @throws ConfigError for an unknown name, with the nearest one; EngineError if `blas` is not available
 */
export function createEngine(name: string): Engine {
  if (name === 'simd') return createSimdEngine()
  if (name === 'blas') return createBlasEngine()
  if (name === 'reference') return createReferenceEngine()
  checkArgument(name, 'text', 'engine')
  throw new ConfigError(`there is no engine "${name}".`, {
    where: 'engine',
    hint: suggestion(name, ENGINE_NAMES),
  })
}
