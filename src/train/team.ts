import { ConfigError, EngineError } from '../base/errors.ts'
import type { Barrier } from '../engine/barrier.ts'
import { createEngine } from '../engine/create.ts'
import type { KeptMemory } from '../engine/keptMemory.ts'
import { EXIT } from './control.ts'
import { Replica, type Setup } from './replica.ts'
import type { ThreadData, ThreadHandle, ThreadMessage } from './serve.ts'
import { Worker } from './worker.ts'

type StartThread = (data: ThreadData, receive: (message: ThreadMessage) => void) => ThreadHandle

/** Threads that train together: this one leads, the others were started for it. */
export class Team {
  readonly replica: Replica
  readonly threads: number
  /** This thread's part of the work. */
  readonly leader: Worker
  private readonly handles: readonly ThreadHandle[]
  private readonly failures: readonly string[]
  private readonly barrier: Barrier
  private readonly kept: KeptMemory | undefined
  private broken: EngineError | undefined

  private constructor(
    replica: Replica,
    threads: number,
    barrier: Barrier,
    handles: readonly ThreadHandle[],
    failures: readonly string[],
    kept: KeptMemory | undefined,
  ) {
    this.kept = kept
    this.replica = replica
    this.threads = threads
    this.barrier = barrier
    this.leader = new Worker(replica, 0, threads, barrier)
    this.handles = handles
    this.failures = failures
  }

  /**
   * Plans, allocates and starts everything.
   *
   * @param kept where the memory is taken from, and given back to in the end; without it, it is new
   * @throws ConfigError for a wrong number of threads; EngineError when memory or a thread cannot be had
   */
  static async start(setup: Setup, threads: number, kept?: KeptMemory): Promise<Team> {
    if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
      const hint = 'Use a whole number from 1 to 256; more than the processor has cores makes it slower.'
      throw new ConfigError(`${threads} is not possible.`, { where: 'threads', hint })
    }
    const engine = createEngine(setup.engine)
    const replica = new Replica(engine, setup)
    // The reference engine has memory of another kind.
    engine.commit(engine.name === 'reference' ? undefined : kept?.take(engine.arena.bytes))
    const { memory } = engine
    const shared = memory !== undefined && !(memory.buffer instanceof ArrayBuffer)
    // Without shared memory (the reference engine, a page that is not isolated) one thread does all the work.
    const count = shared ? threads : 1
    const barrier = replica.control.barrier(count)
    const failures: string[] = []
    if (memory === undefined || count === 1) return new Team(replica, 1, barrier, [], failures, kept)
    const handles = await startAll({ setup, memory, bytes: engine.arena.bytes, threads: count }, failures)
    return new Team(replica, count, barrier, handles, failures, kept)
  }

  /** Lets all threads do what the control block of the replica says. @throws EngineError when one of them fails */
  run(): void {
    try {
      this.leader.lead()
    } catch (error) {
      this.barrier.fail()
      if (error instanceof EngineError) this.broken = error
      throw error
    }
  }

  /**
   * Sends all threads home. The replica's memory stays readable, unless it is given back.
   *
   * @throws EngineError when a thread had failed in `run`, now with its reason: that comes as a message, which cannot
   * be read while the training holds the event loop
   */
  async stop(): Promise<void> {
    try {
      await this.dismiss()
    } finally {
      const { memory } = this.replica.engine
      if (memory !== undefined) this.kept?.give(memory)
    }
  }

  private async dismiss(): Promise<void> {
    if (this.handles.length === 0) return
    if (this.broken === undefined) {
      try {
        this.replica.control.command = EXIT
        this.leader.lead()
      } catch {
        // A failed team is stopped all the same.
      }
    }
    const failure = this.broken === undefined ? undefined : await this.explain(this.broken)
    await Promise.all(this.handles.map((handle) => handle.stop()))
    if (failure !== undefined) throw failure
  }

  private async explain(cause: EngineError): Promise<EngineError> {
    for (let i = 0; i < 50 && this.failures.length === 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    const [reason = 'it did not say why.'] = this.failures
    const hint = 'Try again, or use one thread.'
    return new EngineError(`a thread failed: ${reason}`, { where: 'threads', hint, cause })
  }
}

async function startAll(
  common: Omit<ThreadData, 'index'>,
  failures: string[],
): Promise<readonly ThreadHandle[]> {
  const { startThread }: { startThread: StartThread } =
    'process' in globalThis ? await import('./threads.node.ts') : await import('./threads.browser.ts')
  const handles: ThreadHandle[] = []
  const ready: Promise<void>[] = []
  for (let index = 1; index < common.threads; index++) {
    ready.push(
      new Promise((resolve, reject) => {
        const receive = (message: ThreadMessage): void => {
          if (message.type === 'ready') {
            resolve()
            return
          }
          failures.push(message.message)
          reject(
            new EngineError(`thread ${index} could not be started: ${message.message}`, { where: 'threads' }),
          )
        }
        handles.push(startThread({ ...common, index }, receive))
      }),
    )
  }
  try {
    await Promise.all(ready)
  } catch (error) {
    await Promise.all(handles.map((handle) => handle.stop()))
    throw error
  }
  return handles
}
