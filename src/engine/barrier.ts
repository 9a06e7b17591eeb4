import { EngineError } from '../base/errors.ts'

/**
 * Polls of the generation before a thread goes to sleep: about 200 microseconds. A step of a small model takes no longer,
 * and waking a thread takes 10 to 100 microseconds, more on a virtual machine.
 */
const SPINS = 40_000
/** Seconds after which a missing thread counts as dead. */
const PATIENCE = 120

const ARRIVED = 0
const GENERATION = 1
const FAILED = 2
/** Integers that a barrier needs. */
export const BARRIER_INTEGERS = 16

/**
 * Threads wait here for each other: no thread leaves before all have arrived. Short waits spin, long ones sleep. A thread
 * that fails marks the barrier, so that the others stop instead of waiting forever.
 */
export class Barrier {
  private readonly cells: Int32Array
  private readonly threads: number

  /** @param cells {@link BARRIER_INTEGERS} integers in memory shared by all threads, zero at first */
  constructor(cells: Int32Array, threads: number) {
    this.cells = cells
    this.threads = threads
  }

  /**
   * @param patient whether to wait without limit, as idle threads do for their next command
   * @throws EngineError if another thread has failed or does not arrive
   */
  wait(patient = false): void {
    if (this.threads === 1) return
    const { cells } = this
    const generation = Atomics.load(cells, GENERATION)
    if (Atomics.add(cells, ARRIVED, 1) === this.threads - 1) {
      Atomics.store(cells, ARRIVED, 0)
      Atomics.add(cells, GENERATION, 1)
      Atomics.notify(cells, GENERATION)
    } else {
      for (let i = 0; i < SPINS && Atomics.load(cells, GENERATION) === generation; i++);
      let waited = 0
      while (Atomics.load(cells, GENERATION) === generation && Atomics.load(cells, FAILED) === 0) {
        Atomics.wait(cells, GENERATION, generation, 1000)
        if (!patient && ++waited > PATIENCE)
          throw new EngineError('a thread stopped answering.', { where: 'threads' })
      }
    }
    if (Atomics.load(cells, FAILED) !== 0) throw new EngineError('a thread failed.', { where: 'threads' })
  }

  /** Makes all threads fail at this barrier. */
  fail(): void {
    Atomics.store(this.cells, FAILED, 1)
    Atomics.notify(this.cells, GENERATION)
  }
}
