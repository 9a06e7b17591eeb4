import { EngineError } from '../base/errors.ts'
import type { ThreadData, ThreadHandle, ThreadMessage } from './threadMain.ts'
import { threadUrlHint } from './threadUrl.ts'

interface BrowserWorker {
  addEventListener(type: string, listener: (event: { data: ThreadMessage; message?: string }) => void): void
  postMessage(data: unknown): void
  terminate(): void
}
declare const Worker: new (url: URL | string, options: { type: 'module' }) => BrowserWorker

/**
 * Starts one thread of a training in a browser; the page must be cross-origin isolated to share memory.
 *
 * @param url the thread's script. Default: the file beside this one
 * @throws EngineError if no worker can be made
 */
export function startThread(
  data: ThreadData,
  receive: (message: ThreadMessage) => void,
  url?: URL | string,
): ThreadHandle {
  const worker = create(url)
  worker.addEventListener('message', (event) => receive(event.data))
  // If a script does not load, the event has no message.
  worker.addEventListener('error', ({ message }) =>
    receive({
      type: 'failed',
      message: message ? message : `its script did not load${at(url)}. ${threadUrlHint}`,
    }),
  )
  worker.postMessage(data)
  return { stop: async () => worker.terminate() }
}

function create(url: URL | string | undefined): BrowserWorker {
  try {
    // Vite, webpack and Parcel recognise the thread's script by exactly this expression.
    return url === undefined
      ? new Worker(new URL('./thread.browser.js', import.meta.url), { type: 'module' })
      : new Worker(url, { type: 'module' })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError(`a thread's script cannot be loaded${at(url)} (${reason}).`, {
      where: 'threads',
      hint: threadUrlHint,
      cause,
    })
  }
}

function at(url: URL | string | undefined): string {
  return url === undefined ? '' : ` from ${url}`
}
