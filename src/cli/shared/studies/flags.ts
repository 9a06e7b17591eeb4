import type { EngineName } from '../../../engine/engine.ts'

/** Options of `atelier run`, as typed. */
export interface RunFlags {
  readonly workers?: string
  readonly store?: string
  readonly engine?: string
  readonly data?: string
  readonly offline?: boolean
  readonly limit?: string
  /** Ids of experiments, between commas. */
  readonly only?: string
  readonly trials?: string
  readonly minutes?: string
  readonly retryFailed?: boolean
  readonly force?: boolean
  readonly fork?: boolean
  readonly refit?: boolean
  readonly sort?: boolean
  readonly details?: boolean
  readonly json?: boolean
}

/**
 * The options of the command that continues a run: the given ones, except those that would discard or repeat finished
 * trials.
 *
 * @param engine the engine of the run, so that `--engine auto` need not choose again
 */
export function repeatable<T extends RunFlags>(
  { force, fork, retryFailed, engine: asked, ...others }: T,
  engine: EngineName,
) {
  return { engine: engine === 'simd' ? undefined : engine, ...others }
}

/** Default of `--store`. */
export const usualStore = './runs/atelier.db'
