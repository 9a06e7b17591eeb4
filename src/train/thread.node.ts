/** The entry of a thread in Node. */
import { parentPort, workerData } from 'node:worker_threads'
import { runThread, type ThreadData } from './threadMain.ts'

const data: ThreadData = workerData
runThread(data, (message) => parentPort?.postMessage(message))
