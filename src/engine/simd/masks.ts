import type { Masks } from '../kernels.ts'
import { row, span, stride } from './addresses.ts'
import type { KernelExports } from './exports.ts'

export function simdMasks(wasm: KernelExports): Masks {
  return {
    drawMask(mask, { first, end }, { seed, purpose, step }, threshold, scale) {
      const to = row(mask, first)
      wasm.drawMask(to, stride(mask), first, end, mask.width, step, seed, purpose, threshold, scale)
    },

    multiply(x, mask, y, rows) {
      wasm.multiply(row(x, rows.first), row(mask, rows.first), row(y, rows.first), span(x, rows))
    },

    copy(x, y, rows) {
      wasm.copy(row(x, rows.first), row(y, rows.first), span(x, rows))
    },
  }
}
