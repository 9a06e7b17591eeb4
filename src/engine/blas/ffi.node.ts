import { EngineError } from '../../base/errors.ts'

/** A function of a C library; pointers are given as numbers. */
export type ForeignFunction = (...args: readonly (number | string)[]) => unknown

/** A C library that is open. */
export interface ForeignLibrary {
  /** @throws if the library has no such function */
  func(name: string, result: string, parameters: readonly string[]): ForeignFunction
}

/** The part of koffi that is used. */
export interface Ffi {
  readonly version: string
  /** A library by name or path; null for the libraries that the process has loaded. @throws if there is none */
  load(path: string | null): ForeignLibrary
  /** Address of the first byte of a view. */
  address(view: ArrayBufferView): bigint
}

/**
 * The package koffi. It is loaded at run time instead of imported, because it is optional and browsers must not look for
 * it.
 *
 * @throws EngineError if it is not installed, or does not load here
 */
export function loadFfi(): Ffi {
  const { createRequire } = process.getBuiltinModule('node:module')
  let koffi: unknown
  try {
    koffi = createRequire(import.meta.url)('koffi')
  } catch (cause) {
    const [reason] = String(cause instanceof Error ? cause.message : cause).split('\n')
    throw new EngineError(`BLAS is called through the package koffi, which does not load (${reason}).`, {
      where: 'engine blas',
      hint: 'Install it with "npm install koffi", or use the engine simd.',
      cause,
    })
  }
  if (isFfi(koffi)) return koffi
  throw new EngineError('the installed koffi is too old or too new.', {
    where: 'engine blas',
    hint: 'Install version 3, or use the engine simd.',
  })
}

function isFfi(value: unknown): value is Ffi {
  if (typeof value !== 'object' || value === null) return false
  const has = (name: string, type: string): boolean => typeof Reflect.get(value, name) === type
  return has('version', 'string') && has('load', 'function') && has('address', 'function')
}
