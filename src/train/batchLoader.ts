import type { Range } from '../engine/tensor.ts'
import type { ThreadContext } from './threadContext.ts'

/** Brings the images and labels of a batch into the engine's memory, and the pixels through the preprocessing. */
export class BatchLoader {
  private readonly context: ThreadContext

  constructor(context: ThreadContext) {
    this.context = context
  }

  /**
   * Rows `rows` of the model's input become the examples order[start + row], and of the loss their labels. In training,
   * images are augmented.
   */
  load(start: number, rows: Range): void {
    if (rows.end <= rows.first) return
    const { model, control, order, pixels, standardization, gatherers, augmenter, engine } = this.context
    const distortion = model.stepContext.training ? augmenter : undefined
    const gatherer = gatherers[control.source]
    gatherer?.run(order.data, start, rows, pixels, model.loss.results, distortion, control.epoch)
    engine.kernels.standardize(pixels, standardization, model.input.value, rows)
  }
}
