import type { Barrier } from '../engine/barrier.ts'
import { type Range, ROW_TILE, share } from '../engine/tensor.ts'
import type { Layer } from '../nn/layer.ts'
import { sliceOf } from '../nn/layer.ts'
import { EVALUATE, EXIT, TRAIN } from './control.ts'
import { microBatchRows } from './microBatchRows.ts'
import { softmaxConfidence } from './misclassified.ts'
import type { ThreadContext } from './threadContext.ts'

/** A layer with this thread's slice of each of its parameters, worked out once. */
interface Portion {
  readonly layer: Layer
  readonly slices: readonly Range[]
  /** Position of the layer's first parameter among all parameters of the model. */
  readonly firstParameter: number
}

/**
 * One of the threads of a training. All run this same code over the same memory; `index` says which rows of a batch
 * and which slices of the parameters are this one's. Thread 0 leads: it alone keeps the sums.
 */
export class Worker {
  private readonly context: ThreadContext
  private readonly index: number
  private readonly threads: number
  private readonly barrier: Barrier
  private readonly portions: readonly Portion[]
  /** Learning rate of a step (0 for the first); asked on the leading thread only. */
  rateAt: (step: number) => number = () => this.context.setup.optimizer.learningRate
  /** Waits for the other threads in the middle of a pass. */
  private readonly sync = (): void => this.barrier.wait()
  /** Rows in work; one object for all steps, because a step allocates nothing. */
  private readonly rows = { first: 0, end: 0 }
  /** This thread's rows of a batch of `dealt`: worked out again only where the size changes. */
  private own: Range = { first: 0, end: 0 }
  private dealt = 0
  private readonly atOnce: number

  constructor(context: ThreadContext, index: number, threads: number, barrier: Barrier) {
    this.context = context
    this.index = index
    this.threads = threads
    this.barrier = barrier
    this.atOnce = microBatchRows(context.model.layers)
    let firstParameter = 0
    this.portions = context.model.layers.map((layer) => {
      const slices = layer.parameters.map((parameter) => sliceOf(parameter, index, threads))
      const portion = { layer, slices, firstParameter }
      firstParameter += slices.length
      return portion
    })
  }

  /** Waits for commands and obeys them until told to leave: the life of every thread but the leading one. */
  serve(): void {
    for (;;) {
      this.barrier.wait(true)
      if (this.context.control.command === EXIT) return
      this.obey()
      this.barrier.wait()
    }
  }

  /** Leads: all threads, this one too, do what the control block says. */
  lead(): void {
    this.barrier.wait()
    if (this.context.control.command === EXIT) return
    this.obey()
    this.barrier.wait()
  }

  private obey(): void {
    const { command } = this.context.control
    if (command === TRAIN) this.train()
    if (command === EVALUATE) this.evaluate()
  }

  /** The training steps for batches first .. end - 1 of the epoch; stops early when a loss is not finite. */
  private train(): void {
    const { control, setup } = this.context
    const { batchSize } = setup
    // Each thread counts for itself: the leader moves the common count on when the others may be in the next step.
    const { first, step } = control
    for (let batch = first; batch < control.end; batch++) {
      const start = batch * batchSize
      this.step(start, Math.min(batchSize, control.rows - start), step + batch - first)
      if (control.diverged) return
    }
  }

  /**
   * One training step on the rows order[start] .. order[start + count - 1], in two phases.
   *
   * Phase 1: this thread's rows of the batch go forward through all layers, get their loss, and go back, as many at once
   * as stay in the processor's cache. Rows do not depend on each other. Phase 2: this thread's slices of the parameters get
   * their gradient over the whole batch and follow it. No sum is ever split between threads, so the bits do not depend on
   * how many there are.
   *
   * @param done steps before this one, over all epochs
   */
  private step(start: number, count: number, done: number): void {
    const { model, control, setup } = this.context
    const { rows, barrier } = this
    // The others read the rate after the next barrier.
    if (this.index === 0) control.learningRate = this.rateAt(done)
    if (count !== this.dealt) {
      this.own = share(count, this.index, this.threads, ROW_TILE)
      this.dealt = count
    }
    model.stepContext.training = true
    model.stepContext.step = done
    model.stepContext.batch = count
    const end = Math.min(this.own.end, count)
    let first = Math.min(this.own.first, end)
    // Once without rows too: layers that look at the whole batch wait for all threads.
    do {
      rows.first = first
      rows.end = Math.min(end, first + this.atOnce)
      this.forward(start, count)
      model.backward(rows, this.sync)
      first = rows.end
    } while (first < end)
    barrier.wait()

    if (this.index === 0) this.tally(count)
    const limit = setup.clipNorm
    const { portions } = this
    // By index here and in the layers' hot paths: `of` and [a, b] = [...] make objects until V8 has optimised them away.
    for (let i = 0; i < portions.length; i++) {
      const portion = portions[i]
      portion?.layer.gradient(portion.slices, count)
      if (portion !== undefined && limit === undefined) this.follow(portion)
    }
    if (limit !== undefined) {
      this.clip(limit)
      for (let i = 0; i < portions.length; i++) {
        const portion = portions[i]
        if (portion !== undefined) this.follow(portion)
      }
    }
    barrier.wait()
    if (this.index === 0) control.step = done + 1
  }

  /** This thread's slices of a layer's parameters follow their gradient. */
  private follow({ layer, slices, firstParameter }: Portion): void {
    const { model, control, optimizer, slots, engine, setup } = this.context
    for (let i = 0; i < slices.length; i++) {
      const parameter = layer.parameters[i]
      const slice = slices[i]
      const state = slots[firstParameter + i]
      if (parameter === undefined || slice === undefined || state === undefined) continue
      if (slice.end === slice.first) continue
      const isWeight = parameter.role === 'weight'
      const decay = isWeight ? setup.l2 / setup.trainRows : 0
      const { value, gradient } = parameter
      const { learningRate } = control
      const step = model.stepContext.step + 1
      optimizer.update(engine.kernels, value, gradient, state, slice, learningRate, decay, step, isWeight)
    }
    layer.refresh?.(slices)
  }

  /**
   * Shortens the whole gradient to a norm of `limit` where it is longer (Pascanu, Mikolov, Bengio 2013, section 3.2).
   * The squares are summed by fixed tiles and then in order, by every thread for itself: the same bits for all.
   */
  private clip(limit: number): void {
    const { engine, squares } = this.context
    const { kernels } = engine
    for (const { layer, slices, firstParameter } of this.portions) {
      for (let i = 0; i < slices.length; i++) {
        const gradient = layer.parameters[i]?.gradient
        const slice = slices[i]
        const sums = squares[firstParameter + i]
        if (gradient && slice && sums) kernels.tileSquares(gradient, slice, sums)
      }
    }
    this.barrier.wait()
    let total = 0
    for (const { data } of squares) for (let i = 0; i < data.length; i++) total += data[i] ?? 0
    const norm = Math.sqrt(total)
    if (!(norm > limit)) return
    for (const { layer, slices } of this.portions) {
      for (let i = 0; i < slices.length; i++) {
        const gradient = layer.parameters[i]?.gradient
        const slice = slices[i]
        if (gradient && slice) kernels.scale(gradient, slice, limit / norm)
      }
    }
  }

  /** Forward and loss for `rows` of the batch that starts at `start` in the order and has `count` rows. */
  private forward(start: number, count: number): void {
    const { model, control, order, pixels, standardization, gatherers, augmenter, engine } = this.context
    const { rows } = this
    if (rows.end > rows.first) {
      const distortion = model.stepContext.training ? augmenter : undefined
      const { results } = model.loss
      gatherers[control.source]?.run(order.data, start, rows, pixels, results, distortion, control.epoch)
      engine.kernels.standardize(pixels, standardization, model.input.value, rows)
    }
    model.forward(rows, this.sync)
    if (rows.end > rows.first) model.loss.run(rows, count, model.stepContext.training)
  }

  /** Adds the batch to the epoch's running sums, row by row in the order of the batch. */
  private tally(count: number): void {
    const { model, control } = this.context
    const { losses, labels, predictions } = model.loss.results
    let sum = control.lossSum
    let correct = control.correct
    for (let m = 0; m < count; m++) {
      sum += losses.data[m] ?? 0
      if (labels.data[m] === predictions.data[m]) correct++
    }
    control.lossSum = sum
    control.correct = correct
    if (!Number.isFinite(sum)) control.diverged = true
  }

  /**
   * Loss and predicted class for rows first .. end - 1 of the order, and how probable the wrong ones of the test images
   * seemed. Every thread keeps to its own rows of the
   * buffers, also in the last, smaller batch: nobody has to wait.
   */
  private evaluate(): void {
    const { model, control, rowLosses, rowPredictions, rowProbabilities } = this.context
    const { losses, labels, predictions } = model.loss.results
    const testing = control.source === 1
    model.stepContext.training = false
    const own = share(model.capacity, this.index, this.threads, ROW_TILE)
    for (let start = control.first; start < control.end; start += model.capacity) {
      this.take(Math.min(model.capacity, control.end - start), own)
      const { rows } = this
      if (rows.end <= rows.first) continue
      this.forward(start, model.capacity)
      for (let m = rows.first; m < rows.end; m++) {
        rowLosses.data[start + m] = losses.data[m] ?? 0
        const predicted = predictions.data[m] ?? 0
        rowPredictions.data[start + m] = predicted
        if (testing && predicted !== labels.data[m])
          rowProbabilities.data[start + m] = softmaxConfidence(model.logits.value, m, predicted)
      }
    }
  }

  private take(count: number, { first, end }: Range): void {
    this.rows.first = Math.min(first, count)
    this.rows.end = Math.min(end, count)
  }
}
