/** The entry of a worker: it keeps the dataset and does one training after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Dataset } from '../../data/dataset.ts'
import { runJob } from './job.ts'
import { Preparation } from './preparation.ts'
import type { FromWorker, ToWorker } from './workerHandle.node.ts'

const dataset: Dataset = workerData
const preparation = new Preparation(dataset)
let current: { readonly id: number; readonly controller: AbortController } | undefined

function send(message: FromWorker): void {
  // Large bytes are handed over, not copied.
  const { told } = message
  parentPort?.postMessage(message, told?.type === 'checkpoint' ? [told.bytes.buffer] : [])
}

parentPort?.on('message', (message: ToWorker) => {
  if (message.type === 'stop') {
    if (current?.id === message.id) current.controller.abort()
    return
  }
  const { id, job } = message
  const controller = new AbortController()
  current = { id, controller }
  void runJob(job, preparation, controller.signal, (told) => send({ id, told }))
})
send({ id: 0, told: null })
