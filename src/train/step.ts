import { type Range, ROW_TILE, share } from '../engine/tensor.ts'
import type { Model } from '../nn/model.ts'
import { LayerSlices } from './layerSlices.ts'
import { microBatchRows } from './microBatchRows.ts'
import type { TrainingThread } from './threadContext.ts'

/**
 * The training step of one thread. All threads run `run` at the same time, over the same memory.
 *
 * In phase 1 a thread takes its rows of the batch forward through all layers, through the loss, and backward, a micro-batch
 * at a time: as many rows as stay in the processor's cache. Rows do not depend on each other. In phase 2 a thread
 * computes the gradient of its slices of the parameters over the whole batch, and the optimizer updates them. No sum is
 * split between threads, so the bits do not depend on their number.
 */
export class TrainingStep {
  /** Learning rate of a step, 0 for the first one. Read by the leading thread only. */
  rateAt: (step: number) => number
  private readonly thread: TrainingThread
  private readonly model: Model
  private readonly layers: readonly LayerSlices[]
  /** Waits for the other threads in the middle of a pass. */
  private readonly sync: () => void
  /** This thread's rows of a batch of `ownOf` rows; computed again only if the size of the batch changes. */
  private own: Range = { first: 0, end: 0 }
  private ownOf = 0
  /** Rows of the current micro-batch. One object for all steps, because a step allocates nothing. */
  private readonly rows = { first: 0, end: 0 }
  private readonly microBatch: number

  constructor(thread: TrainingThread) {
    const { context, barrier } = thread
    this.thread = thread
    this.model = context.model
    this.layers = LayerSlices.all(thread)
    this.sync = () => barrier.wait()
    this.microBatch = microBatchRows(context.model.layers)
    this.rateAt = () => context.setup.optimizer.learningRate
  }

  /**
   * One training step on the rows order[start] .. order[start + size - 1].
   *
   * @param stepsDone steps before this one, over all epochs
   */
  run(start: number, size: number, stepsDone: number): void {
    this.begin(size, stepsDone)
    const { model, rows, own, sync } = this
    const { context, barrier } = this.thread
    do {
      this.nextMicroBatch()
      context.load(start, rows)
      model.forward(rows, sync)
      model.loss.run(rows, size)
      model.backward(rows, sync)
    } while (rows.end < own.end)
    barrier.wait()
    this.addToEpoch(size)
    this.updateParameters(size, stepsDone + 1)
    barrier.wait()
    this.end(stepsDone + 1)
  }

  /** Gradients of this thread's slices over the whole batch, then the optimizer while they are in the cache. */
  private updateParameters(size: number, step: number): void {
    const { layers } = this
    const { control, setup } = this.thread.context
    // By index here and in the layers' hot paths: `of` and [a, b] = [...] make objects until V8 has optimised them away.
    for (let i = 0; i < layers.length; i++) {
      layers[i]?.gradient(size)
      if (setup.clipNorm === undefined) layers[i]?.update(control.learningRate, step)
    }
    if (setup.clipNorm === undefined) return
    this.clip(setup.clipNorm)
    for (let i = 0; i < layers.length; i++) layers[i]?.update(control.learningRate, step)
  }

  private begin(size: number, stepsDone: number): void {
    const { context, index, count } = this.thread
    // The other threads read the rate after the next barrier.
    if (index === 0) context.control.learningRate = this.rateAt(stepsDone)
    if (size !== this.ownOf) {
      this.own = share(size, index, count, ROW_TILE)
      this.ownOf = size
    }
    const { stepContext } = this.model
    stepContext.training = true
    stepContext.step = stepsDone
    stepContext.batch = size
    this.rows.end = this.own.first
  }

  /** A thread without rows has one empty micro-batch: layers that look at the whole batch wait for all threads. */
  private nextMicroBatch(): void {
    const { rows, own, microBatch } = this
    rows.first = rows.end
    rows.end = Math.min(own.end, rows.first + microBatch)
  }

  private end(stepsDone: number): void {
    if (this.thread.index === 0) this.thread.context.control.step = stepsDone
  }

  /** Adds losses and right predictions of the batch to the sums of the epoch, in the order of its rows. */
  private addToEpoch(size: number): void {
    if (this.thread.index !== 0) return
    const { control } = this.thread.context
    const { losses, labels, predictions } = this.model.loss.results
    let sum = control.lossSum
    let correct = control.correct
    for (let m = 0; m < size; m++) {
      sum += losses.data[m] ?? 0
      if (labels.data[m] === predictions.data[m]) correct++
    }
    control.lossSum = sum
    control.correct = correct
    if (!Number.isFinite(sum)) control.diverged = true
  }

  /**
   * Scales the whole gradient down to a norm of `limit` if it is longer (Pascanu, Mikolov, Bengio 2013, section 3.2).
   * Squares are summed by fixed tiles and then in order, by every thread for itself: the same bits for all.
   */
  private clip(limit: number): void {
    const { layers } = this
    for (let i = 0; i < layers.length; i++) layers[i]?.sumSquares()
    this.sync()
    let total = 0
    for (const { data } of this.thread.context.squares)
      for (let i = 0; i < data.length; i++) total += data[i] ?? 0
    const norm = Math.sqrt(total)
    if (!(norm > limit)) return
    for (let i = 0; i < layers.length; i++) layers[i]?.scaleGradient(limit / norm)
  }
}
