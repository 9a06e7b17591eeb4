/** The entry of a thread in Node. */
import { parentPort, workerData } from 'node:worker_threads'
import { serveThread, type ThreadData } from './serve.ts'

const data: ThreadData = workerData
serveThread(data, (message) => parentPort?.postMessage(message))
