import type { Engine } from '../engine/engine.ts'
import type { RowResults } from '../engine/kernels.ts'
import { planBytes } from '../engine/memory.ts'
import { paddedRows, type Range } from '../engine/tensor.ts'
import type { Activations } from './layer.ts'

/**
 * Softmax and cross-entropy, derived together. For one row with logits z and true class t:
 *
 *     p[j]  = e^z[j] / sum over i of e^z[i]                 softmax
 *     loss  = -log p[t] = log(sum over i of e^z[i]) - z[t]  cross-entropy
 *     dz[j] = p[j] - (1 if j = t, else 0)
 *
 * The last line is why the two belong together: differentiating the second form of the loss, the sum gives
 * e^z[j] / sum = p[j] and the -z[t] gives -1 for j = t. Apart, one would divide by a p[t] that may have become 0.
 * The largest z is subtracted first, which changes no p. The loss of a batch is the mean over its rows, so every dz
 * is also divided by the number of rows.
 */
export class SoftmaxCrossEntropy {
  /** Class index, loss and predicted class of every row of the batch. */
  readonly results: RowResults
  private readonly engine: Engine
  private readonly logits: Activations

  constructor(engine: Engine, logits: Activations, capacity: number) {
    const rows = paddedRows(capacity)
    this.engine = engine
    this.logits = logits
    this.results = {
      labels: planBytes(engine.arena, rows),
      losses: engine.values(rows),
      predictions: planBytes(engine.arena, rows),
    }
  }

  /** Losses, predictions and the gradient of the mean loss over `batch` rows, for some of those rows. */
  run(rows: Range, batch: number): void {
    this.engine.kernels.softmaxCrossEntropy(
      this.logits.value,
      this.logits.gradient,
      this.results,
      rows,
      1 / batch,
    )
  }
}
