import { EngineError } from '../../base/errors.ts'
import type { Products } from '../kernels.ts'
import { FLOAT, row, rowCount, stride } from '../simd/addresses.ts'
import type { KernelExports } from '../simd/exports.ts'
import { PANEL, panelsOf } from '../simd/layout.ts'
import { AS_IT_IS, type Gemm, ROW_MAJOR, TRANSPOSED } from './gemm.ts'
import { rowLength } from './layout.ts'

/**
 * The products of dense layers, one call of BLAS each. A transposed operand is a flag of the call, so no transposed
 * weights are kept.
 */
export function blasProducts(wasm: KernelExports, { sgemm, base }: Gemm): Omit<Products, 'columnSums'> {
  return {
    dense(x, w, b, y, rows) {
      const count = rowCount(rows)
      if (count <= 0) return
      const to = row(y, rows.first)
      // A product over no inputs at all: every row starts as the bias, and BLAS adds to it.
      wasm.product(
        to,
        stride(y),
        0,
        0,
        b.block.address,
        PANEL * FLOAT,
        to,
        stride(y),
        count,
        panelsOf(w.width),
      )
      const from = base + row(x, rows.first)
      const weights = base + w.block.address
      const length = rowLength(w.width)
      const m = count
      const n = w.width
      const k = w.rows
      sgemm(
        ROW_MAJOR,
        AS_IT_IS,
        AS_IT_IS,
        m,
        n,
        k,
        1,
        from,
        x.stride,
        weights,
        length,
        1,
        base + to,
        y.stride,
      )
    },

    denseBackward(dy, w, _transposed, dx, rows) {
      const count = rowCount(rows)
      if (count <= 0) return
      const from = base + row(dy, rows.first)
      const to = base + row(dx, rows.first)
      const weights = base + w.block.address
      const length = rowLength(w.width)
      const m = count
      const n = w.rows
      const k = w.width
      sgemm(ROW_MAJOR, AS_IT_IS, TRANSPOSED, m, n, k, 1, from, dy.stride, weights, length, 0, to, dx.stride)
    },

    denseGradient(x, dy, dw, batch, { first, end }) {
      if (end <= first) return
      const length = rowLength(dw.width)
      const from = base + x.block.address + first * FLOAT
      const other = base + dy.block.address
      const to = base + dw.block.address + first * length * FLOAT
      const m = end - first
      const n = dw.width
      const k = batch
      sgemm(ROW_MAJOR, TRANSPOSED, AS_IT_IS, m, n, k, 1, from, x.stride, other, dy.stride, 0, to, length)
    },

    transpose() {},

    denseSparse: notMade,
    denseSparseGradient: notMade,
  }
}

/** Not called: a BLAS is faster with the zeros than kernels without them. */
function notMade(): never {
  throw new EngineError('the engine blas has no products for sparse inputs.')
}
