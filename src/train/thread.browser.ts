/** The entry of a thread in a browser. The first message brings its data. */
import { runThread, type ThreadData } from './threadMain.ts'

interface WorkerScope {
  addEventListener(type: 'message', listener: (event: { readonly data: ThreadData }) => void): void
  postMessage(message: unknown): void
}
declare const self: WorkerScope

self.addEventListener('message', ({ data }) => runThread(data, (message) => self.postMessage(message)))
