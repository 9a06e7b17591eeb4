import { ConfigError } from '../../base/errors.ts'
import type { EngineName } from '../../engine/engine.ts'
import { selectExperiments } from '../../paper/experiments.ts'
import type { RunFlags } from '../shared/studies/flags.ts'
import { whole } from '../shared/values.ts'

/** What the command line gave for `atelier run paper`, as typed; the flags of a study that mean something there too. */
export interface PaperFlags
  extends Pick<
    RunFlags,
    | 'workers'
    | 'engine'
    | 'store'
    | 'data'
    | 'offline'
    | 'trials'
    | 'minutes'
    | 'retryFailed'
    | 'force'
    | 'fork'
    | 'json'
  > {
  readonly only?: string
  readonly quick?: boolean
  readonly seeds?: string
  readonly out?: string
}

/** Which study of the paper is meant. */
export interface PaperChoice {
  readonly quick: boolean
  /** Of each experiment, where it is not as usual. */
  readonly seeds?: number
  /** That trains, or has trained. */
  readonly engine: EngineName
  /** Whether it is trained on synthetic data. Default: false */
  readonly synthetic?: boolean
}

/** @throws ConfigError for a number of seeds that is none */
export function paperChoice(
  { quick, seeds }: Pick<PaperFlags, 'quick' | 'seeds'>,
  engine: EngineName,
): PaperChoice {
  return {
    quick: quick === true,
    engine,
    ...(seeds === undefined ? {} : { seeds: whole('--seeds', seeds, { least: 1, most: 100 }) }),
  }
}

/**
 * "cnn-grid,dropout" as a list; undefined: all.
 *
 * @throws ConfigError offering the nearest name for one that does not exist
 */
export function onlyOf(only: string | undefined): readonly string[] | undefined {
  if (only === undefined) return undefined
  const names = only
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === 0) throw new ConfigError('names no experiment.', { where: '--only' })
  selectExperiments(names, '--only')
  return names
}

/** @throws ConfigError for options of `atelier run` that mean nothing for the study that is asked for */
export function refuse<T extends object>(flags: T, names: readonly (keyof T & string)[], what: string): void {
  for (const name of names) if (flags[name] !== undefined) throw new ConfigError(what, { where: `--${name}` })
}
