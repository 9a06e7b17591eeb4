import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Outcome of the trial of 256-bit SIMD: equal bits, other bits, or V8 crashed. */
export const outcomes = ['same', 'different', 'crashed'] as const
export type Outcome = (typeof outcomes)[number]

/** An outcome, or why there is none, which may differ the next time. */
export type Probe = { readonly outcome: Outcome } | { readonly problem: string }

/** How a child process ended, as `spawnSync` tells it. */
export interface ChildEnd {
  readonly status: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
  readonly error?: Error
}

/** A probe takes about half a second; the limit is for a machine that hangs. */
const MOST_MILLISECONDS = 30_000
/** Signals by which V8, or the processor in V8's code, ends a process. A shell reports them as 128 + number. */
const CRASHES = ['SIGTRAP', 'SIGABRT', 'SIGILL', 'SIGSEGV', 'SIGBUS', 'SIGFPE']

/** The compiled program lies beside this file; run from source (tests), it lies in the built package. */
function probeProgram(): string {
  const beside = fileURLToPath(new URL('./probe.js', import.meta.url))
  return existsSync(beside)
    ? beside
    : fileURLToPath(new URL('../../../../dist/cli/shared/wide/probe.js', import.meta.url))
}

/** Tries 256-bit SIMD in a child process, so that a V8 that aborts takes nothing else with it. */
export function runProbe(program = probeProgram()): Probe {
  const { NODE_OPTIONS: _, ...env } = process.env
  try {
    return readEnd(
      spawnSync(process.execPath, [program], {
        encoding: 'utf8',
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: MOST_MILLISECONDS,
        killSignal: 'SIGKILL',
      }),
    )
  } catch (cause) {
    // Node's permission model refuses child processes with an exception.
    return { problem: `could not be tried (${cause instanceof Error ? cause.message : String(cause)})` }
  }
}

/** The outcome that the end of the child process shows. */
export function readEnd({ status, signal, stdout, stderr, error }: ChildEnd): Probe {
  if (error !== undefined) return { problem: `could not be tried (${error.message})` }
  if (signal !== null)
    return CRASHES.includes(signal) ? { outcome: 'crashed' } : { problem: `the trial was ended by ${signal}` }
  // A flag that V8 does not know is reported on stderr, and is no error otherwise.
  const known = outcomes.find((name) => name === stdout)
  if (status === 0 && known !== undefined && stderr === '') return { outcome: known }
  const [line = ''] = stderr.trim().split('\n')
  return { problem: `the trial failed (${line === '' ? `exit code ${status}` : line})` }
}
