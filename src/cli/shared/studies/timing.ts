import { number } from '../values.ts'

/** Environment variables for the times below: for slow network disks and tests. */
const variables = { stale: 'ATELIER_STALE_SECONDS', checkpoint: 'ATELIER_CHECKPOINT_SECONDS' } as const

/**
 * Seconds without a heartbeat after which the process that trains a trial counts as dead. All processes that use one
 * store need the same value.
 *
 * @throws ConfigError when the environment variable is not a number from 0.5 to 86400
 */
export function staleSeconds(): number {
  return fromEnvironment(variables.stale, 60, 0.5)
}

/**
 * Seconds between two checkpoints of a trial.
 *
 * @throws ConfigError when the environment variable is not a number from 0 to 86400
 */
export function checkpointSeconds(): number {
  return fromEnvironment(variables.checkpoint, 30, 0)
}

function fromEnvironment(name: string, usual: number, least: number): number {
  const text = process.env[name]
  return text === undefined || text === '' ? usual : number(name, text, { least, most: 86_400 })
}
