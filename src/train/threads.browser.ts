import type { ThreadData, ThreadHandle, ThreadMessage } from './serve.ts'

interface BrowserWorker {
  addEventListener(type: string, listener: (event: { data: ThreadMessage; message?: string }) => void): void
  postMessage(data: unknown): void
  terminate(): void
}
declare const Worker: new (url: URL, options: { type: 'module' }) => BrowserWorker

/** Starts one thread of a training in a browser; the page must be cross-origin isolated to share memory. */
export function startThread(data: ThreadData, receive: (message: ThreadMessage) => void): ThreadHandle {
  const worker = new Worker(new URL('./thread.browser.js', import.meta.url), { type: 'module' })
  worker.addEventListener('message', (event) => receive(event.data))
  worker.addEventListener('error', (event) =>
    receive({ type: 'failed', message: event.message ?? 'unknown' }),
  )
  worker.postMessage(data)
  return { stop: async () => worker.terminate() }
}
