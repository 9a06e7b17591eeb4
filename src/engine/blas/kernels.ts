import type { Kernels } from '../kernels.ts'
import type { Block, Values } from '../memory.ts'
import { FLOAT } from '../simd/addresses.ts'
import type { KernelExports } from '../simd/exports.ts'
import { simdKernels } from '../simd/kernels.ts'
import { panelsOf } from '../simd/layout.ts'
import { simdUpdates } from '../simd/updates.ts'
import { PARAMETER_TILE } from '../tensor.ts'
import { blasConvolutions } from './convolutions.ts'
import type { Gemm } from './gemm.ts'
import { rowLength, rowRuns } from './layout.ts'
import { blasProducts } from './products.ts'

/** The simd kernels, with BLAS for the products and with parameters that lie in rows. */
export function blasKernels(wasm: KernelExports, zeros: Block<Values>, gemm: Gemm): Kernels {
  const simd = simdKernels(wasm, zeros)
  return {
    ...simd,
    ...simdUpdates(wasm, rowRuns),
    ...blasProducts(wasm, gemm),
    ...blasConvolutions(wasm, simd, gemm),

    tileSquares(g, { first, end }, sums) {
      // Eight rows one after another are as many floats as a panel of eight for each eight columns.
      const length = rowLength(g.width)
      for (let tile = first; tile < end; tile += PARAMETER_TILE) {
        const rows = Math.min(PARAMETER_TILE, end - tile)
        const at = g.block.address + tile * length * FLOAT
        wasm.tileSquares(at, rows, panelsOf(g.width), 0, rows, sums.address + tile)
      }
    },

    scale(g, slice, factor) {
      wasm.scale(g.block.address + rowRuns.start(g, slice, 0), rowRuns.length(g, slice), factor)
    },
  }
}
