import { seconds } from '../../base/clock.ts'
import type { Owner } from '../../store/contract.ts'

export interface OwnerWatchOptions {
  /** Never dead. */
  readonly own: Owner
  readonly staleSeconds: number
  /** Whether an owner is known to be dead without waiting, because it was a process of this machine. */
  readonly isGone: (owner: Owner) => boolean
  /** Seconds; for tests. */
  readonly clock?: () => number
}

interface Sighting {
  readonly heartbeat: string
  /** When this heartbeat was first seen, by this process's clock. */
  readonly since: number
}

/**
 * Decides which owners of trials are dead: those whose heartbeat this process has seen unchanged for `staleSeconds`. Only
 * this process's own clock is read, because clocks of two machines differ. A process that was suspended has watched
 * nothing meanwhile, so it starts again.
 */
export class OwnerWatch {
  private readonly options: Required<OwnerWatchOptions>
  private readonly seen = new Map<string, Sighting>()
  private now = Number.NEGATIVE_INFINITY

  constructor(options: OwnerWatchOptions) {
    this.options = { clock: seconds, ...options }
  }

  /** Call before each round of {@link isDead}, and at least six times in `staleSeconds`. */
  beginRound(): void {
    const { clock, staleSeconds } = this.options
    const now = clock()
    if (now - this.now > staleSeconds / 2) this.seen.clear()
    this.now = now
  }

  isDead(owner: Owner, heartbeat: string): boolean {
    const { own, staleSeconds, isGone } = this.options
    if (owner.id === own.id) return false
    if (isGone(owner)) return true
    const sighting = this.seen.get(owner.id)
    if (sighting?.heartbeat !== heartbeat) {
      this.seen.set(owner.id, { heartbeat, since: this.now })
      return false
    }
    return this.now - sighting.since >= staleSeconds
  }
}
