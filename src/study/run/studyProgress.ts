import { hasEnded, type TrialRecord, type TrialStatus } from '../../store/contract.ts'
import type { TrialSpec } from '../search/expand.ts'
import type { StatusCounts } from './events.ts'

/** The statuses of a run's trials as last seen, and an estimate of the time left, without asking the store. */
export class StudyProgress {
  private readonly specs: readonly TrialSpec[]
  /** By position in the study. */
  private readonly statuses: Map<number, TrialStatus>
  /** Seconds and epochs of trials that this run has trained, by experiment. */
  private readonly paces = new Map<string, { seconds: number; epochs: number }>()

  /** @param specs of the trials to count; others are ignored */
  constructor(specs: readonly TrialSpec[]) {
    this.specs = specs
    this.statuses = new Map(specs.map(({ index }) => [index, 'waiting']))
  }

  /** Takes over statuses from the store. */
  update(trials: Iterable<Pick<TrialRecord, 'position' | 'status'>>): void {
    for (const { position, status } of trials) this.set(position, status)
  }

  set(position: number, status: TrialStatus): void {
    if (this.statuses.has(position)) this.statuses.set(position, status)
  }

  counts(): StatusCounts {
    const counts = { waiting: 0, running: 0, paused: 0, done: 0, pruned: 0, failed: 0 }
    for (const status of this.statuses.values()) counts[status]++
    return counts
  }

  /** Trials that have not ended. */
  open(): number {
    return [...this.statuses.values()].filter((status) => !hasEnded(status)).length
  }

  /** Records how long a trial of this run was trained. */
  trained({ experiment }: TrialSpec, epochs: number, seconds: number): void {
    const pace = this.paces.get(experiment) ?? { seconds: 0, epochs: 0 }
    this.paces.set(experiment, { seconds: pace.seconds + seconds, epochs: pace.epochs + epochs })
  }

  /**
   * Seconds until all is done, if nothing is stopped early: the epochs that are left by the pace of their experiment
   * (of all experiments where it has none yet), divided by the workers.
   *
   * @param running seconds left of the trials that are running here
   * @returns null until a trial has been trained
   */
  secondsLeft(running: readonly number[], workers: number): number | null {
    const all = { seconds: 0, epochs: 0 }
    for (const { seconds, epochs } of this.paces.values()) {
      all.seconds += seconds
      all.epochs += epochs
    }
    if (all.epochs === 0) return null
    let left = running.reduce((sum, seconds) => sum + seconds, 0)
    for (const { index, experiment, config } of this.specs) {
      const status = this.statuses.get(index)
      if (status !== 'waiting' && status !== 'paused') continue
      const { seconds, epochs } = this.paces.get(experiment) ?? all
      left += (seconds / epochs) * config.epochs
    }
    return Math.max(left / workers, ...running)
  }
}
