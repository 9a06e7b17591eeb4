import { ConfigError } from '../../../base/errors.ts'
import type { EngineName } from '../../../engine/engine.ts'
import type { RunFlags } from '../studies/flags.ts'
import { whole } from '../values.ts'

/** The options of a reproduction as typed; those of a study that apply to it too. */
export interface ReproductionFlags
  extends Pick<
    RunFlags,
    | 'workers'
    | 'engine'
    | 'store'
    | 'data'
    | 'offline'
    | 'only'
    | 'trials'
    | 'minutes'
    | 'retryFailed'
    | 'force'
    | 'fork'
    | 'json'
  > {
  readonly quick?: boolean
  readonly seeds?: string
  readonly out?: string
}

/** Which study of a reproduction is meant. */
export interface ReproductionChoice {
  readonly quick: boolean
  /** Of each experiment, if other than those of the study. */
  readonly seeds?: number
  /** The engine that trains, or has trained. */
  readonly engine: EngineName
  /** Whether it is trained on synthetic data. Default: false */
  readonly synthetic?: boolean
}

/** @throws ConfigError for an impossible number of seeds */
export function choiceOf(
  { quick, seeds }: Pick<ReproductionFlags, 'quick' | 'seeds'>,
  engine: EngineName,
): ReproductionChoice {
  return {
    quick: quick === true,
    engine,
    ...(seeds === undefined ? {} : { seeds: whole('--seeds', seeds, { least: 1, most: 100 }) }),
  }
}

/** "cnn-grid,dropout" as a list; undefined: all. @throws ConfigError for an empty list */
export function onlyOf(only: string | undefined): readonly string[] | undefined {
  if (only === undefined) return undefined
  const names = only
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === 0) throw new ConfigError('names no experiment.', { where: '--only' })
  return names
}

/** @throws ConfigError for options that do not apply */
export function refuse<T extends object>(flags: T, names: readonly (keyof T & string)[], what: string): void {
  for (const name of names) if (flags[name] !== undefined) throw new ConfigError(what, { where: `--${name}` })
}
