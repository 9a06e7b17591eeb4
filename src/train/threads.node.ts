import { EngineError } from '../base/errors.ts'
import type { ThreadData, ThreadHandle, ThreadMessage } from './threadMain.ts'
import { threadUrlHint } from './threadUrl.ts'

/**
 * Starts one thread of a training in Node.
 *
 * @param url the thread's script: a file URL or a path. Default: the compiled file beside this one
 * @throws EngineError if there is no script beside this file
 */
export function startThread(
  data: ThreadData,
  receive: (message: ThreadMessage) => void,
  url?: URL | string,
): ThreadHandle {
  // Loaded at run time instead of imported, so that a bundle for browsers has no import that a browser cannot load.
  const { Worker } = process.getBuiltinModule('node:worker_threads')
  const worker = new Worker(url === undefined ? entryBeside() : fileUrl(url), {
    workerData: data,
    name: `atelier ${data.index}`,
    // A step allocates nothing, so the default young space of 16 MiB would only keep garbage from the start.
    resourceLimits: { maxYoungGenerationSizeMb: 2 },
  })
  worker.on('message', (message: ThreadMessage) => {
    // A thread that waits for commands must not keep the program alive.
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

/** The compiled script beside this file, or the built one if this file runs from its source (tests). */
function entryBeside(): URL {
  const { existsSync } = process.getBuiltinModule('node:fs')
  const here = import.meta.url
  // A bundle in CommonJS has no import.meta.url.
  const script = here?.endsWith('.ts') ? '../../dist/train/thread.node.js' : './thread.node.js'
  if (here !== undefined && existsSync(new URL(script, here))) return new URL(script, here)
  throw new EngineError("a thread's script is not beside this program.", {
    where: 'threads',
    hint: threadUrlHint,
  })
}

/** Node accepts file URLs as URL objects only, and takes text for a path. */
function fileUrl(url: URL | string): URL | string {
  if (typeof url !== 'string') return url
  return url.startsWith('file:') ? new URL(url) : process.getBuiltinModule('node:path').resolve(url)
}
