import type { EngineName } from '../../../engine/engine.ts'

/** What the command line gave for `atelier run`, as typed. */
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
 * The options of a command that goes on with the run: all that were given, except those that would discard or repeat what
 * is done.
 *
 * @param engine the one that trains, which `--engine auto` need not choose again
 */
export function repeatable<T extends RunFlags>(
  { force, fork, retryFailed, engine: asked, ...others }: T,
  engine: EngineName,
) {
  return { engine: engine === 'simd' ? undefined : engine, ...others }
}

/** Where studies are kept when nothing else is said. */
export const usualStore = './runs/atelier.db'
