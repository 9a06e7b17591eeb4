import { EngineError } from '../base/errors.ts'
import type { ThreadData, ThreadHandle, ThreadMessage } from './threadMain.ts'
import { threadUrlHint } from './threadUrl.ts'

/**
 * Starts one thread of a training in Node.
 *
 * @param url the thread's script: a file URL or a path; without it, the compiled file beside this one
 * @throws EngineError when there is no script beside this file
 */
export function startThread(
  data: ThreadData,
  receive: (message: ThreadMessage) => void,
  url?: URL | string,
): ThreadHandle {
  // Asked for at run time instead of imported: a bundle for browsers then holds no import that a browser cannot load.
  const { Worker } = process.getBuiltinModule('node:worker_threads')
  const worker = new Worker(url === undefined ? entryBeside() : fileUrl(url), {
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

/** The compiled script lies beside this file; where this file runs from its source (tests), in the built package. */
function entryBeside(): URL {
  const { existsSync } = process.getBuiltinModule('node:fs')
  const here = import.meta.url
  // A bundle in CommonJS has no address of its own.
  const script = here?.endsWith('.ts') ? '../../dist/train/thread.node.js' : './thread.node.js'
  if (here !== undefined && existsSync(new URL(script, here))) return new URL(script, here)
  throw new EngineError("a thread's script is not beside this program.", {
    where: 'threads',
    hint: threadUrlHint,
  })
}

/** Node takes addresses as URL objects only; text is a path. */
function fileUrl(url: URL | string): URL | string {
  if (typeof url !== 'string') return url
  return url.startsWith('file:') ? new URL(url) : process.getBuiltinModule('node:path').resolve(url)
}
