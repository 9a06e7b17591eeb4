import { OwnerWatch } from './ownerWatch.ts'
import type { RunSetup } from './runSetup.node.ts'
import type { TrialTraining } from './training.node.ts'

/** Heartbeats before a silent owner counts as dead. */
const heartbeats = 12

export interface HeartbeatHost {
  /** By position in the study. */
  running(): ReadonlyMap<number, TrialTraining>
  /** Called when trials of dead owners wait again. */
  requeued(): void
  failed(error: unknown): void
}

/** Tells the store regularly that this run is alive, notices trials it has lost, and takes over those of dead owners. */
export class Heartbeat {
  private readonly setup: RunSetup
  private readonly host: HeartbeatHost
  private readonly watch: OwnerWatch
  private timer: NodeJS.Timeout | undefined
  private isBeating = false

  constructor(setup: RunSetup, host: HeartbeatHost) {
    this.setup = setup
    this.host = host
    const { owner: own, staleSeconds, isGone } = setup
    this.watch = new OwnerWatch({ own, staleSeconds, isGone })
  }

  start(): void {
    this.timer = setInterval(() => this.tick(), (1000 * this.setup.staleSeconds) / heartbeats)
  }

  stop(): void {
    clearInterval(this.timer)
  }

  /** Requeues trials of dead owners. Returns how many. */
  takeOver(): Promise<number> {
    this.watch.beginRound()
    return this.setup.store.requeueStale((owner, heartbeat) => this.watch.isDead(owner, heartbeat))
  }

  private tick(): void {
    if (this.isBeating) return
    this.isBeating = true
    this.beat()
      .catch((error: unknown) => this.host.failed(error))
      .finally(() => {
        this.isBeating = false
      })
  }

  private async beat(): Promise<void> {
    const { store, record, owner } = this.setup
    const running = [...this.host.running()]
    const held = await store.heartbeat(owner)
    const positions = new Set(
      held.flatMap(({ studyId, position }) => (studyId === record.id ? position : [])),
    )
    for (const [position, training] of running) if (!positions.has(position)) training.lose()
    if ((await this.takeOver()) > 0) this.host.requeued()
  }
}
