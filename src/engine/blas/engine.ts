import type { Engine } from '../engine.ts'
import { WORKSPACE_SCRATCH } from '../kernels.ts'
import { Arena } from '../memory.ts'
import { createWasmEngine, START } from '../simd/engine.ts'
import { blasKernels } from './kernels.ts'
import { fromRows, toRows } from './layout.ts'
import { openBlas } from './library.node.ts'
import { PATCHES } from './windows.ts'

/**
 * The simd engine with products by the system's BLAS, on the same memory. A BLAS sums in an order that suits the
 * processor, so bits differ between machines and between numbers of threads.
 *
 * @throws EngineError if there is no BLAS, or koffi does not load
 */
export function createBlasEngine(): Engine {
  const { title, sgemm, base } = openBlas()
  const arena = new Arena(START)
  return createWasmEngine(arena, {
    name: 'blas',
    library: title,
    convolutionScratch: PATCHES + WORKSPACE_SCRATCH,
    kernels: (wasm, zeros, memory) => blasKernels(wasm, zeros, { sgemm, base: base(memory.buffer) }),
    load: toRows,
    store: fromRows,
  })
}
