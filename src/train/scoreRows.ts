import { type Range, ROW_TILE, share } from '../engine/tensor.ts'
import { softmaxConfidence } from './misclassified.ts'
import type { TrainingThread } from './threadContext.ts'

/** Scores rows without training on them: one thread's part. */
export class RowScorer {
  private readonly thread: TrainingThread
  private readonly rows = { first: 0, end: 0 }
  /** This thread's rows of the buffers, also in the last, smaller batch: no thread has to wait for another. */
  private readonly own: Range

  constructor(thread: TrainingThread) {
    const { context, index, count } = thread
    this.thread = thread
    this.own = share(context.model.capacity, index, count, ROW_TILE)
  }

  /**
   * Loss and predicted class of rows first .. end - 1 of the order, and the softmax confidence of misclassified test
   * images.
   */
  run(first: number, end: number): void {
    const { context } = this.thread
    const { model, control, rowLosses, rowPredictions, rowProbabilities } = context
    const { losses, labels, predictions } = model.loss.results
    const { rows, own } = this
    const testing = control.source === 1
    model.stepContext.training = false
    for (let start = first; start < end; start += model.capacity) {
      const count = Math.min(model.capacity, end - start)
      rows.first = Math.min(own.first, count)
      rows.end = Math.min(own.end, count)
      context.load(start, rows)
      model.forward(rows)
      model.loss.run(rows, model.capacity, false)
      for (let m = rows.first; m < rows.end; m++) {
        rowLosses.data[start + m] = losses.data[m] ?? 0
        const predicted = predictions.data[m] ?? 0
        rowPredictions.data[start + m] = predicted
        if (testing && predicted !== labels.data[m])
          rowProbabilities.data[start + m] = softmaxConfidence(model.logits.value, m, predicted)
      }
    }
  }
}
