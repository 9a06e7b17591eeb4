import { EngineError } from '../../base/errors.ts'
import type { Ffi } from './ffi.node.ts'

/** The properties of a machine that decide how a BLAS is loaded. */
export interface Machine {
  readonly platform: string
  readonly arch: string
  /** Flags of the processor, as Linux lists them; empty if unknown. */
  readonly processorFlags: ReadonlySet<string>
  /** As the user has set it. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export function thisMachine(): Machine {
  const { platform, arch, env } = process
  return {
    platform,
    arch,
    processorFlags: platform === 'linux' ? processorFlags() : new Set(),
    environment: env,
  }
}

function processorFlags(): ReadonlySet<string> {
  const { readFileSync } = process.getBuiltinModule('node:fs')
  try {
    const [, flags = ''] = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8')) ?? []
    return new Set(flags.trim().split(' '))
  } catch {
    return new Set()
  }
}

/**
 * OpenBLAS's name for the fastest kernels that the processor can run. An OpenBLAS that is older than the processor does
 * not recognise it and computes at a fraction of its speed, unless this name is set.
 */
export function coreTypeFor({ arch, processorFlags }: Machine): string | undefined {
  if (arch !== 'x64') return undefined
  const can = (...flags: string[]): boolean => flags.every((flag) => processorFlags.has(flag))
  if (can('avx512f', 'avx512cd', 'avx512bw', 'avx512dq', 'avx512vl')) return 'SkylakeX'
  return can('avx2', 'fma') ? 'Haswell' : undefined
}

/** Environment for libraries when they are loaded: one thread each, because training has its own threads. */
export function settingsFor(machine: Machine): ReadonlyMap<string, string> {
  const coreType = coreTypeFor(machine)
  const wanted: readonly (readonly [string, string])[] = [
    ['OPENBLAS_NUM_THREADS', '1'],
    ['MKL_NUM_THREADS', '1'],
    ['BLIS_NUM_THREADS', '1'],
    ['VECLIB_MAXIMUM_THREADS', '1'],
    ...(coreType === undefined ? [] : [['OPENBLAS_CORETYPE', coreType] as const]),
  ]
  return new Map(wanted.filter(([name]) => machine.environment[name] === undefined))
}

/** Sets and removes variables of the environment that C libraries see. */
export type EnvironmentChange = readonly [
  set: (name: string, value: string) => unknown,
  unset: (name: string) => unknown,
]

/**
 * Access to the environment of the process. `process.env` in a worker thread is a copy that no library sees.
 *
 * @throws EngineError if the C functions for it cannot be called
 */
export function environmentChange(ffi: Ffi, platform: string): EnvironmentChange {
  try {
    return platform === 'win32' ? windowsEnvironment(ffi) : unixEnvironment(ffi)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError(`koffi cannot set what libraries find in the environment (${reason}).`, {
      where: 'engine blas',
      hint: 'Use the engine simd.',
      cause,
    })
  }
}

/** Runs `load` with variables set in the environment, then removes them, so that child processes do not inherit them. */
export function withSettings<T>(
  [set, unset]: EnvironmentChange,
  settings: ReadonlyMap<string, string>,
  load: () => T,
): T {
  for (const [name, value] of settings) set(name, value)
  try {
    return load()
  } finally {
    for (const name of settings.keys()) unset(name)
  }
}

function unixEnvironment(ffi: Ffi): EnvironmentChange {
  const c = ffi.load(null)
  const setenv = c.func('setenv', 'int', ['str', 'str', 'int'])
  const unsetenv = c.func('unsetenv', 'int', ['str'])
  return [(name, value) => setenv(name, value, 1), (name) => unsetenv(name)]
}

function windowsEnvironment(ffi: Ffi): EnvironmentChange {
  const put = ffi.load('ucrtbase.dll').func('_putenv_s', 'int', ['str', 'str'])
  return [(name, value) => put(name, value), (name) => put(name, '')]
}
