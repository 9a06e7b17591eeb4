import { EngineError } from '../base/errors.ts'
import { createEngine } from '../engine/create.ts'
import { Dispatcher } from './dispatch.ts'
import { type Setup, ThreadContext } from './threadContext.ts'

/** What a thread is started with. */
export interface ThreadData {
  readonly setup: Setup
  readonly memory: WebAssembly.Memory
  /** How much the leading thread planned in the memory. */
  readonly bytes: number
  readonly index: number
  readonly threads: number
}

/** What a thread tells: that it is ready, or why it failed. */
export type ThreadMessage = { readonly type: 'ready' } | { readonly type: 'failed'; readonly message: string }

/** A started thread. */
export interface ThreadHandle {
  stop(): Promise<void>
}

/** The life of a thread, the same in Node and in a browser. Returns when the leading thread says so. */
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
    // At the barrier a thread only hears that another one failed; that one knows why.
    if (error instanceof EngineError) return
    send({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}
