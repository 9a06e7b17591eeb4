/**
 * The simd engine has several ways to the same result, and chooses by shapes and data. Tests that mock its modules with
 * the functions below see which way was taken, and may send it the other way:
 *
 *     vi.mock('../../src/engine/simd/module.ts', async (original) =>
 *       (await import('../engine/paths.ts')).watchedModule(await original()))
 */
import type * as simdModule from '../../src/engine/simd/module.ts'
import type * as simdSparse from '../../src/engine/simd/sparse.ts'
import type * as workspace from '../../src/engine/workspace.ts'

/** Which way to go; undefined for the way that shapes and data decide. */
export const way: { winograd: false | undefined; lists: boolean | undefined } = {
  winograd: undefined,
  lists: undefined,
}

const counts = new Map<string, number>()

/** How often compiled kernels were called in this thread since {@link forget}. */
export const calls = (...kernels: readonly string[]): number =>
  kernels.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0)

/** Counts from 0 again, lets shapes and data decide, and mends what was broken. */
export function forget(): void {
  counts.clear()
  broken.kernel = undefined
  Object.assign(way, { winograd: undefined, lists: undefined })
}

/** A kernel whose first call after {@link forget} is not made: to see that a test can fail. */
export const broken: { kernel: string | undefined } = { kernel: undefined }

/** src/engine/simd/module.ts, with kernels that are counted whenever they are taken out to be called. */
export function watchedModule(original: typeof simdModule): typeof simdModule {
  return {
    ...original,
    instantiate: (memory) =>
      new Proxy(
        // A copy, because a proxy has to hand out what is frozen as it is.
        { ...original.instantiate(memory) },
        {
          get(kernels, name) {
            counts.set(String(name), calls(String(name)) + 1)
            if (name === broken.kernel && calls(name) === 1) return () => 0
            return Reflect.get(kernels, name)
          },
        },
      ),
  }
}

/** src/engine/workspace.ts, where Winograd's algorithm may be left out. */
export function steeredWorkspace(original: typeof workspace): typeof workspace {
  return {
    ...original,
    forwardWinograd: (shape, filters) => way.winograd ?? original.forwardWinograd(shape, filters),
    backwardWinograd: (shape, filters) => way.winograd ?? original.backwardWinograd(shape, filters),
  }
}

/** src/engine/simd/sparse.ts, where lists of the output gradients that are not 0 may be made always or never. */
export function steeredSparse(original: typeof simdSparse): typeof simdSparse {
  return {
    ...original,
    isSparse: (...about) => way.lists ?? original.isSparse(...about),
    isListed: (...about) => way.lists !== false && original.isListed(...about),
  }
}
