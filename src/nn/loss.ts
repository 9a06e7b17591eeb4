import type { Engine } from '../engine/engine.ts'
import type { RowResults, SoftTargets } from '../engine/kernels.ts'
import { planBytes } from '../engine/memory.ts'
import { paddedRows, type Range } from '../engine/tensor.ts'
import type { Activations } from './layer.ts'

/** Targets other than one-hot ones of equal weight. */
export interface LossOptions {
  /** In [0, 1). */
  readonly labelSmoothing?: number
  /** Weight of each class. Default: 1. */
  readonly classWeights?: readonly number[]
}

/**
 * Softmax and cross-entropy, derived together. For one row with logits z and true class t:
 *
 *     p[j]  = e^z[j] / sum over i of e^z[i]                 softmax
 *     loss  = -log p[t] = log(sum over i of e^z[i]) - z[t]  cross-entropy
 *     dz[j] = p[j] - (1 if j = t, else 0)
 *
 * The last line is why softmax and loss are one layer: differentiating the second form of the loss, the sum gives
 * e^z[j] / sum = p[j] and the -z[t] gives -1 for j = t. Separate layers would divide by p[t], which may be 0.
 * The largest z is subtracted first, which changes no p. The loss of a batch is the mean over its rows, so every dz
 * is also divided by the number of rows.
 *
 * With label smoothing e (Szegedy, Vanhoucke, Ioffe, Shlens, Wojna 2016, section 7) the target of class j is
 * q[j] = (1 - e) (1 if j = t, else 0) + e / classes, the loss is the sum of q[j] (log(sum of e^z) - z[j]), and by the
 * same differentiation dz[j] = p[j] - q[j]. A class weight multiplies loss and gradient of the rows of its class; the
 * mean stays over the number of rows (as in Keras). Both act in training only: scores are always plain cross-entropy.
 */
export class SoftmaxCrossEntropy {
  /** Class index, loss and predicted class of every row of the batch. */
  readonly results: RowResults
  private readonly targets: SoftTargets | undefined
  private readonly engine: Engine
  private readonly logits: Activations
  private readonly classWeights: readonly number[] | undefined

  constructor(engine: Engine, logits: Activations, capacity: number, options: LossOptions = {}) {
    const rows = paddedRows(capacity)
    this.engine = engine
    this.logits = logits
    this.results = {
      labels: planBytes(engine.arena, rows),
      losses: engine.values(rows),
      predictions: planBytes(engine.arena, rows),
    }
    const { labelSmoothing: smoothing = 0, classWeights } = options
    if (smoothing > 0 || classWeights !== undefined) {
      this.targets = { smoothing, weights: engine.values(logits.value.width) }
    }
    this.classWeights = classWeights
  }

  /** Writes the class weights into the engine's memory, once it is committed. */
  initialize(): void {
    const { targets, classWeights } = this
    targets?.weights.data.set(classWeights ?? new Float64Array(this.logits.value.width).fill(1))
  }

  /** Losses, predictions and the gradient of the mean loss over `batch` rows, for some of these rows. */
  run(rows: Range, batch: number, training = true): void {
    if (rows.end <= rows.first) return
    const { engine, logits, results, targets } = this
    const { value, gradient } = logits
    engine.kernels.softmaxCrossEntropy(value, gradient, results, rows, 1 / batch)
    if (training && targets !== undefined) {
      engine.kernels.softenTargets(value, gradient, results, targets, rows, 1 / batch)
    }
  }
}
