import { EVALUATE, EXIT, TRAIN } from './control.ts'
import { RowScorer } from './scoreRows.ts'
import { TrainingStep } from './step.ts'
import type { TrainingThread } from './threadContext.ts'

/**
 * Executes the commands of the control block on one thread. The leading thread writes a command and calls `lead`; the
 * others wait for it in `serve`, execute it at the same time, and wait for the next one.
 */
export class Dispatcher {
  readonly step: TrainingStep
  private readonly thread: TrainingThread
  private readonly scorer: RowScorer

  constructor(thread: TrainingThread) {
    this.thread = thread
    this.step = new TrainingStep(thread)
    this.scorer = new RowScorer(thread)
  }

  /** Executes one command after the other until the command is to exit. */
  serve(): void {
    while (this.dispatch(true));
  }

  /** Executes the command of the control block, on all threads. */
  lead(): void {
    this.dispatch(false)
  }

  /** @returns whether there will be another command */
  private dispatch(waitsForCommand: boolean): boolean {
    const { barrier, context } = this.thread
    const { control } = context
    barrier.wait(waitsForCommand)
    if (control.command === EXIT) return false
    if (control.command === TRAIN) this.train()
    if (control.command === EVALUATE) this.scorer.run(control.first, control.end)
    barrier.wait()
    return true
  }

  /** The training steps for batches first .. end - 1 of the epoch; stops early when a loss is not finite. */
  private train(): void {
    const { control, setup } = this.thread.context
    const { batchSize } = setup
    // Each thread counts for itself: the leader changes the common count when the others may be in the next step.
    const { first, step } = control
    for (let batch = first; batch < control.end; batch++) {
      const start = batch * batchSize
      this.step.run(start, Math.min(batchSize, control.rows - start), step + batch - first)
      if (control.diverged) return
    }
  }
}
