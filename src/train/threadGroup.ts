import { ConfigError, EngineError } from '../base/errors.ts'
import { canWait, inNode } from '../base/runtime.ts'
import type { Barrier } from '../engine/barrier.ts'
import { createEngine } from '../engine/create.ts'
import type { Engine } from '../engine/engine.ts'
import type { KeptMemory } from '../engine/keptMemory.ts'
import { EVALUATE, EXIT, TRAIN } from './control.ts'
import { Dispatcher } from './dispatch.ts'
import { type Setup, ThreadContext } from './threadContext.ts'
import type { ThreadData, ThreadHandle, ThreadMessage } from './threadMain.ts'

type StartThread = (
  data: ThreadData,
  receive: (message: ThreadMessage) => void,
  url?: URL | string,
) => ThreadHandle

export interface ThreadGroupOptions {
  /** Memory to take, and to give back when the group stops. Default: new memory. */
  readonly memory?: KeptMemory | undefined
  /** The script of a thread. Default: the one of this package. */
  readonly threadUrl?: URL | string | undefined
}

/** Threads that train together. The thread that starts the group leads it. */
export class ThreadGroup {
  readonly context: ThreadContext
  readonly count: number
  /** Why there are fewer threads than asked for; undefined if there are as many. */
  readonly fewer: string | undefined
  /** The part of the leading thread. */
  readonly leader: Dispatcher
  private readonly handles: readonly ThreadHandle[]
  private readonly failures: readonly string[]
  private readonly barrier: Barrier
  private readonly kept: KeptMemory | undefined
  private broken: EngineError | undefined

  private constructor(
    context: ThreadContext,
    threads: number,
    barrier: Barrier,
    handles: readonly ThreadHandle[],
    failures: readonly string[],
    kept: KeptMemory | undefined,
    fewer: string | undefined,
  ) {
    this.kept = kept
    this.fewer = fewer
    this.context = context
    this.count = threads
    this.barrier = barrier
    this.leader = new Dispatcher({ context, index: 0, count: threads, barrier })
    this.handles = handles
    this.failures = failures
  }

  /**
   * Plans the model, allocates its memory and starts the threads. If threads cannot share memory or wait for each other,
   * one thread does all the work, with the same bits, and `fewer` says why.
   *
   * @throws ConfigError for a wrong number of threads; EngineError if memory cannot be allocated or a thread cannot start
   */
  static async start(setup: Setup, threads: number, options: ThreadGroupOptions = {}): Promise<ThreadGroup> {
    const { memory: kept, threadUrl } = options
    if (!Number.isInteger(threads) || threads < 1 || threads > 256) {
      throw new ConfigError(`must be a whole number from 1 to 256, not ${threads}.`, {
        where: 'threads',
        hint: 'More threads than the processor has cores make training slower.',
      })
    }
    const engine = createEngine(setup.engine)
    const context = new ThreadContext(engine, setup)
    // The reference engine has memory of another kind.
    engine.commit(engine.name === 'reference' ? undefined : kept?.take(engine.arena.bytes))
    const { memory } = engine
    const fewer = threads === 1 ? undefined : whyOneThread(engine)
    const count = fewer === undefined ? threads : 1
    const barrier = context.control.barrier(count)
    const failures: string[] = []
    if (memory === undefined || count === 1)
      return new ThreadGroup(context, 1, barrier, [], failures, kept, fewer)
    const common = { setup, memory, bytes: engine.arena.bytes, threads: count }
    const handles = await startAll(common, failures, threadUrl)
    return new ThreadGroup(context, count, barrier, handles, failures, kept, fewer)
  }

  /** Trains on batches first .. end - 1 of the epoch, with all threads. @throws EngineError if one of them fails */
  train(first: number, end: number): void {
    this.run(TRAIN, first, end)
  }

  /** Scores rows first .. end - 1 of the order, with all threads. @throws EngineError if one of them fails */
  evaluate(first: number, end: number): void {
    this.run(EVALUATE, first, end)
  }

  private run(command: number, first: number, end: number): void {
    const { control } = this.context
    control.command = command
    control.first = first
    control.end = end
    try {
      this.leader.lead()
    } catch (error) {
      this.barrier.fail()
      if (error instanceof EngineError) this.broken = error
      throw error
    }
  }

  /**
   * Stops all worker threads. The memory of the context stays readable, unless it is given back.
   *
   * @throws EngineError if a thread had failed before, now with its reason. The reason comes as a message, which cannot
   * be read while the training blocks the event loop
   */
  async stop(): Promise<void> {
    try {
      await this.dismiss()
    } finally {
      const { memory } = this.context.engine
      if (memory !== undefined) this.kept?.give(memory)
    }
  }

  private async dismiss(): Promise<void> {
    if (this.handles.length === 0) return
    if (this.broken === undefined) {
      try {
        this.context.control.command = EXIT
        this.leader.lead()
      } catch {
        // The threads are stopped below, whether one failed or not.
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

/** Why this engine cannot have several threads here; undefined if it can. */
function whyOneThread({ name, memory }: Engine): string | undefined {
  if (memory === undefined) return `the engine ${name} has one thread`
  if (memory.buffer instanceof ArrayBuffer)
    return 'threads cannot share memory here: a page needs the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp'
  if (!canWait()) return 'the main thread of a page cannot wait for other threads: train in a worker'
  return undefined
}

async function startAll(
  common: Omit<ThreadData, 'index'>,
  failures: string[],
  threadUrl: URL | string | undefined,
): Promise<readonly ThreadHandle[]> {
  const { startThread }: { startThread: StartThread } = inNode()
    ? await import('./threads.node.ts')
    : await import('./threads.browser.ts')
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
        handles.push(startThread({ ...common, index }, receive, threadUrl))
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
