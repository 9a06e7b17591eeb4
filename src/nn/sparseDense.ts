import type { SparseInput } from '../engine/sparseInput.ts'
import type { Range } from '../engine/tensor.ts'
import { Dense } from './dense.ts'
import type { LayerContext } from './layer.ts'
import type { DenseSpec } from './specs.ts'

/**
 * A {@link Dense} layer on a sparse input: x[m,k] = z[m,k] - shift[k], with many zeros in z, which are not multiplied.
 *
 *     forward    y[m,n]          = (b[n] - sum over k of shift[k] W[k,n]) + sum over k of z[m,k] W[k,n]
 *     gradient   dL / dW[k,n]    = -shift[k] (sum over m of dy[m,n]) + sum over m of z[m,k] dy[m,n]
 *
 * The first term of both is the same for all rows. `kernels/denseSparse.ts` has the details.
 */
export class SparseDense extends Dense {
  private readonly z: SparseInput

  constructor(spec: DenseSpec, context: LayerContext, z: SparseInput) {
    super(spec, context, z.work)
    this.z = z
  }

  override forward(rows: Range): void {
    const { z, weight, bias, y } = this
    this.engine.kernels.denseSparse(z, weight.value, bias.value, y, rows)
  }

  protected override weightGradient(slice: Range, batch: number): void {
    const { z, dy, weight } = this
    this.engine.kernels.denseSparseGradient(z, dy, weight.gradient, batch, slice)
  }
}
