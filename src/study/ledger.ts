import type { TrialRecord as StoredTrial, TrialStatus } from '../store/contract.ts'
import type { StatusCounts } from './events.ts'
import type { TrialSpec } from './expand.ts'

/** What a run of a study knows of its trials without asking the store: counts, and when it will be done. */
export class Ledger {
  private readonly specs: readonly TrialSpec[]
  private readonly statuses: TrialStatus[]
  /** Seconds and epochs of trials that this run has trained, by experiment. */
  private readonly paces = new Map<string, { seconds: number; epochs: number }>()

  constructor(specs: readonly TrialSpec[]) {
    this.specs = specs
    this.statuses = specs.map(() => 'waiting')
  }

  /** Takes over what the store says. */
  update(trials: Iterable<Pick<StoredTrial, 'position' | 'status'>>): void {
    for (const { position, status } of trials) this.set(position, status)
  }

  set(position: number, status: TrialStatus): void {
    if (position < this.statuses.length) this.statuses[position] = status
  }

  counts(): StatusCounts {
    const counts = { waiting: 0, running: 0, paused: 0, done: 0, pruned: 0, failed: 0 }
    for (const status of this.statuses) counts[status]++
    return counts
  }

  /** Trials that have not ended. */
  open(): number {
    const { waiting, running, paused } = this.counts()
    return waiting + running + paused
  }

  /** A trial of this run was trained for so long. */
  trained({ experiment }: TrialSpec, epochs: number, seconds: number): void {
    const pace = this.paces.get(experiment) ?? { seconds: 0, epochs: 0 }
    this.paces.set(experiment, { seconds: pace.seconds + seconds, epochs: pace.epochs + epochs })
  }

  /**
   * Seconds until all is done, if nothing is stopped early: the epochs that are left by the pace of their experiment
   * (of all experiments where it has none yet), divided by the workers.
   *
   * @param running seconds left of the trials that are running here
   * @returns null as long as there is no pace
   */
  secondsLeft(running: readonly number[], workers: number): number | null {
    const all = { seconds: 0, epochs: 0 }
    for (const { seconds, epochs } of this.paces.values()) {
      all.seconds += seconds
      all.epochs += epochs
    }
    if (all.epochs === 0) return null
    let left = running.reduce((sum, seconds) => sum + seconds, 0)
    this.specs.forEach(({ experiment, config }, position) => {
      const status = this.statuses[position]
      if (status !== 'waiting' && status !== 'paused') return
      const { seconds, epochs } = this.paces.get(experiment) ?? all
      left += (seconds / epochs) * config.epochs
    })
    return Math.max(left / workers, ...running)
  }
}
