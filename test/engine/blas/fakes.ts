import type { Machine } from '../../../src/engine/blas/environment.node.ts'
import type { Ffi, ForeignFunction } from '../../../src/engine/blas/ffi.node.ts'

/** Functions by name; undefined takes one away. */
type Functions = Readonly<Record<string, ForeignFunction | undefined>>

/** Pointers are handed out so far apart. */
const PAGE = 4096

/**
 * A koffi that finds these libraries. They multiply right, unless they have another cblas_sgemm or none.
 *
 * @returns the environment as a C library sees it, and what each library saw there when it was loaded
 */
export function fakeFfi(libraries: Readonly<Record<string, Functions>>) {
  const environment = new Map<string, string>()
  const seen = new Map<string, Readonly<Record<string, string>>>()
  const views = new Map<number, ArrayBufferView>()
  const c: Functions = {
    setenv: (name, value) => environment.set(String(name), String(value)),
    unsetenv: (name) => environment.delete(String(name)),
  }
  const functionsOf = (path: string | null): Functions => {
    if (path === null) return c
    const own = libraries[path]
    if (own === undefined) throw new Error(`Failed to load shared library: ${path}: no such file`)
    seen.set(path, Object.fromEntries(environment))
    return { cblas_sgemm: (...args) => multiply(views, args.map(Number)), ...own }
  }
  const ffi: Ffi = {
    version: '3.0.0',
    load(path) {
      const functions = functionsOf(path)
      return {
        func(name) {
          const found = functions[name]
          if (found === undefined) throw new Error(`Cannot find function '${name}' in shared library`)
          return found
        },
      }
    },
    address(view) {
      const address = PAGE * (views.size + 1)
      views.set(address, view)
      return BigInt(address)
    },
  }
  return { ffi, environment, seen }
}

/** cblas_sgemm for the one kind of product that a library is tried with: m x k times the transpose of n x k. */
function multiply(views: ReadonlyMap<number, ArrayBufferView>, args: readonly number[]): void {
  const [, , , m = 0, n = 0, k = 0, alpha = 0, a = 0, lda = 0, b = 0, ldb = 0, beta = 0, c = 0, ldc = 0] =
    args
  const start = Math.floor(a / PAGE) * PAGE
  const view = views.get(start)
  if (!(view instanceof Float32Array)) throw new Error('not a pointer that was handed out')
  const at = (pointer: number, i: number): number => (pointer - start) / 4 + i
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let l = 0; l < k; l++) sum += (view[at(a, i * lda + l)] ?? 0) * (view[at(b, j * ldb + l)] ?? 0)
      const to = at(c, i * ldc + j)
      view[to] = alpha * sum + beta * (view[to] ?? 0)
    }
  }
}

export function machine(change: Partial<Machine> = {}): Machine {
  return { platform: 'linux', arch: 'x64', processorFlags: new Set(), environment: {}, ...change }
}
