import { createHash } from 'node:crypto'
import { cpus } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { ConfigError } from '../../../base/errors.ts'
import { packageVersion } from '../../../base/version.node.ts'
import { cacheFolder } from '../../../data/locate.node.ts'
import { thisMachine } from '../../../engine/blas/environment.node.ts'
import { kernelBytes } from '../../../engine/simd/module.ts'
import { type ProbeKey, readOutcome, saveOutcome } from './probeCache.ts'
import { REVECTORIZE } from './revectorize.ts'
import { type Outcome, type Probe, runProbe } from './runProbe.ts'

/** Whether V8 makes operations of 256 bits out of pairs of 128. */
export interface WideVectors {
  readonly on: boolean
  /** For people. */
  readonly why: string
}

/** What decides whether 256-bit SIMD is tried. */
export interface Surroundings {
  /** What Node was built with (`process.config.variables`). */
  readonly build: object
  /** V8's version. */
  readonly v8: string
  /** ATELIER_WIDE */
  readonly variable: string | undefined
  /** What the processor can do; empty if that is not known. */
  processorFlags(): ReadonlySet<string>
}

/**
 * Versions of V8 (major.minor) on which whole trainings were run with 256-bit SIMD and gave equal bits: Node 24, 25 and 26.
 * Node 22 (V8 12.4) knows the flag, but gains nothing by it.
 */
const KNOWN_GOOD = ['13.6', '14.1', '14.6']

/**
 * Why 256-bit SIMD stays off; undefined if it may be tried. A V8 that does not know the flag would complain on stderr, so
 * Node's own record of how V8 was built is asked.
 *
 * @throws ConfigError if ATELIER_WIDE is neither 0 nor 1
 */
export function reasonAgainst({ build, v8, variable, processorFlags }: Surroundings): string | undefined {
  if (variable !== undefined && !['', '0', '1'].includes(variable))
    throw new ConfigError(`must be 0 or 1, not "${variable}".`, { where: 'ATELIER_WIDE' })
  if (variable === '0') return 'ATELIER_WIDE is 0'
  const built = new Map<string, unknown>(Object.entries(build)).get('v8_enable_wasm_simd256_revec')
  if (built !== 1) return 'this Node was built without it (Node 24 for x64 has it, except on macOS)'
  const minor = v8.split('.', 2).join('.')
  if (variable !== '1' && !KNOWN_GOOD.includes(minor))
    return `not tested with V8 ${minor} (tested: ${KNOWN_GOOD.join(', ')}); ATELIER_WIDE=1 tries it`
  const flags = processorFlags()
  return flags.size > 0 && !flags.has('avx2') ? 'the processor has no AVX2' : undefined
}

let verdict: WideVectors | undefined

/**
 * Switches V8's 256-bit SIMD on for this process and all its threads if a small training in a child process gave the same
 * bits with it as without. Call it before the engine is first used; the first call decides for the process. The outcome
 * is kept in the cache folder, so that the child process is started once per version of V8, processor and version of the
 * kernels.
 *
 * @throws ConfigError if ATELIER_WIDE is neither 0 nor 1
 */
export function wideVectors(): WideVectors {
  verdict ??= decide()
  return verdict
}

function decide(): WideVectors {
  const processorFlags = thisMachine().processorFlags
  const { v8 } = process.versions
  const against = reasonAgainst({
    build: process.config.variables,
    v8,
    variable: process.env['ATELIER_WIDE'],
    processorFlags: () => processorFlags,
  })
  if (against !== undefined) return { on: false, why: against }
  const key = {
    v8,
    processor: `${cpus()[0]?.model ?? 'unknown'} ${digest([...processorFlags].sort().join(' '))}`,
    code: digest(`${packageVersion()} ${digest(kernelBytes(true))}`),
  }
  const found = tried(cacheFolder(process.env).path, key)
  if (found.on) setFlagsFromString(REVECTORIZE)
  return found
}

/**
 * The saved outcome for this key, else that of a new probe, which is saved.
 *
 * @param folder of the saved outcomes
 */
export function tried(folder: string, key: ProbeKey, probe: () => Probe = runProbe): WideVectors {
  const saved = readOutcome(folder, key)
  if (saved !== undefined) return verdictOf(saved, 'tried in an earlier run')
  const result = probe()
  if ('problem' in result) return { on: false, why: result.problem }
  const unsaved = saveOutcome(folder, key, result.outcome)
  return verdictOf(result.outcome, unsaved === undefined ? 'tried just now' : `tried just now; ${unsaved}`)
}

function verdictOf(outcome: Outcome, when: string): WideVectors {
  return { on: outcome === 'same', why: `${meanings[outcome]}, ${when}` }
}

const meanings: Readonly<Record<Outcome, string>> = {
  same: 'same bits as without',
  different: 'other bits than without',
  crashed: 'V8 crashed when it was tried',
}

function digest(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 16)
}
