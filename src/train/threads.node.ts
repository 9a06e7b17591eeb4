import type { ThreadData, ThreadHandle, ThreadMessage } from './serve.ts'

// Asked for at run time instead of imported: a bundle for browsers then holds no import that a browser cannot load.
const { existsSync } = process.getBuiltinModule('node:fs')
const { Worker } = process.getBuiltinModule('node:worker_threads')

/** The compiled entry lies beside this file; run from source (tests), it lies in the built package. */
function entry(): URL {
  const beside = new URL('./thread.node.js', import.meta.url)
  return existsSync(beside) ? beside : new URL('../../dist/train/thread.node.js', import.meta.url)
}

/** Starts one thread of a training in Node. */
export function startThread(data: ThreadData, receive: (message: ThreadMessage) => void): ThreadHandle {
  const worker = new Worker(entry(), {
    workerData: data,
    name: `atelier ${data.index}`,
    // A step allocates nothing: with room for 16 MiB of garbage, only what starting leaves behind would lie there.
    resourceLimits: { maxYoungGenerationSizeMb: 2 },
  })
  worker.on('message', (message: ThreadMessage) => {
    // Once it serves, a thread must not keep a program alive that has forgotten it.
    if (message.type === 'ready') worker.unref()
    receive(message)
  })
  worker.on('error', (error: Error) => receive({ type: 'failed', message: error.message }))
  return {
    stop: async () => {
      worker.ref()
      await worker.terminate()
    },
  }
}
