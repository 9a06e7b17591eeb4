import { openBlas } from '../src/engine/blas/library.node.ts'
import { ENGINE_NAMES } from '../src/engine/engine.ts'

/** Why the engine `blas` cannot be tested here; undefined where it can. */
export const blasMissing = missing()

/** All engines that can run here. */
export const engineNames = ENGINE_NAMES.filter((name) => name !== 'blas' || blasMissing === undefined)

/** Those that are compared with the reference. */
export const fastEngines = engineNames.filter((name) => name !== 'reference')

function missing(): string | undefined {
  try {
    openBlas()
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
