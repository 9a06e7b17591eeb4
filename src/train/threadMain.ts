import { EngineError } from '../base/errors.ts'
import { createEngine } from '../engine/create.ts'
import { Dispatcher } from './dispatch.ts'
import { type Setup, ThreadContext } from './threadContext.ts'

/** The data that a thread is started with. */
export interface ThreadData {
  readonly setup: Setup
  readonly memory: WebAssembly.Memory
  /** Bytes that the leading thread planned in the memory. */
  readonly bytes: number
  readonly index: number
  readonly threads: number
}

/** A message of a thread: it is ready, or why it failed. */
export type ThreadMessage = { readonly type: 'ready' } | { readonly type: 'failed'; readonly message: string }

/** A started thread. */
export interface ThreadHandle {
  stop(): Promise<void>
}

/** Runs a worker thread, in Node and in a browser. Returns when the leading thread commands it to exit. */
export function runThread(data: ThreadData, send: (message: ThreadMessage) => void): void {
  const { setup, memory, bytes, index, threads } = data
  const engine = createEngine(setup.engine)
  const context = new ThreadContext(engine, setup)
  // Addresses agree only between threads that plan the same things.
  if (engine.arena.bytes !== bytes) {
    throw new EngineError('it runs another version of atelier.', { hint: 'Run "npm run build".' })
  }
  engine.commit(memory)
  const barrier = context.control.barrier(threads)
  try {
    send({ type: 'ready' })
    new Dispatcher({ context, index, count: threads, barrier }).serve()
  } catch (error) {
    barrier.fail()
    // An EngineError of the barrier says only that another thread failed. That thread sends the reason.
    if (error instanceof EngineError) return
    send({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}
