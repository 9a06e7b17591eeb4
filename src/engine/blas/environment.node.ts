import type { Ffi } from './ffi.node.ts'

/** What a machine is, as far as it decides how a BLAS is loaded. */
export interface Machine {
  readonly platform: string
  readonly arch: string
  /** What the processor can do, as Linux lists it; empty where that is not known. */
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
 * OpenBLAS's name for the fastest kernels that the processor can run. One that is older than the processor takes it for
 * an ancient one and computes at a fraction of its speed, unless it is told.
 */
export function coreTypeFor({ arch, processorFlags }: Machine): string | undefined {
  if (arch !== 'x64') return undefined
  const can = (...flags: string[]): boolean => flags.every((flag) => processorFlags.has(flag))
  if (can('avx512f', 'avx512cd', 'avx512bw', 'avx512dq', 'avx512vl')) return 'SkylakeX'
  return can('avx2', 'fma') ? 'Haswell' : undefined
}

/** What libraries are to find in the environment when they are loaded: one thread each, ours are enough. */
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

/**
 * Runs `load` with settings in the environment that C libraries see, and takes them out again: programs started later
 * must not inherit them. Not through `process.env`, which in a worker thread is a copy that no library sees.
 */
export function withSettings<T>(
  ffi: Ffi,
  platform: string,
  settings: ReadonlyMap<string, string>,
  load: () => T,
): T {
  const [set, unset] = platform === 'win32' ? windowsEnvironment(ffi) : unixEnvironment(ffi)
  for (const [name, value] of settings) set(name, value)
  try {
    return load()
  } finally {
    for (const name of settings.keys()) unset(name)
  }
}

type Change = readonly [set: (name: string, value: string) => unknown, unset: (name: string) => unknown]

function unixEnvironment(ffi: Ffi): Change {
  const c = ffi.load(null)
  const setenv = c.func('setenv', 'int', ['str', 'str', 'int'])
  const unsetenv = c.func('unsetenv', 'int', ['str'])
  return [(name, value) => setenv(name, value, 1), (name) => unsetenv(name)]
}

function windowsEnvironment(ffi: Ffi): Change {
  const put = ffi.load('ucrtbase.dll').func('_putenv_s', 'int', ['str', 'str'])
  return [(name, value) => put(name, value), (name) => put(name, '')]
}
