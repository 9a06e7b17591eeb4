import { Worker } from 'node:worker_threads'
import { seconds } from '../../base/clock.ts'
import { EngineError } from '../../base/errors.ts'
import type { Dataset } from '../../data/dataset.ts'
import type { Job, JobMessage } from './job.ts'
import { workerEntry } from './workerEntry.node.ts'

export type ToWorker =
  | { readonly type: 'job'; readonly id: number; readonly job: Job }
  | { readonly type: 'stop'; readonly id: number }

/** `told` is null in the first message, which says that the worker is ready. */
export interface FromWorker {
  readonly id: number
  readonly told: JobMessage | null
}

/** The last message of a job. */
export type JobEnd = Extract<JobMessage, { type: 'paused' | 'stopped' | 'done' | 'failed' }>

/** A worker thread that runs one training at a time. It is started when needed, and again after it died. */
export class WorkerHandle {
  readonly index: number
  private readonly dataset: Dataset
  private worker: Worker | undefined
  private job = 0
  private stopping = false

  /** @param dataset with bytes that threads share */
  constructor(index: number, dataset: Dataset) {
    this.index = index
    this.dataset = dataset
  }

  /**
   * Runs a job. If the worker dies, the job has failed; that is not an error.
   *
   * @param receive gets every message before the last
   * @throws EngineError when no worker can be started at all
   */
  async run(job: Job, receive: (message: JobMessage) => void): Promise<JobEnd> {
    this.stopping = false
    const worker = this.worker ?? (await this.start())
    if (this.stopping) return { type: 'stopped', seconds: 0 }
    const begun = seconds()
    const id = ++this.job
    return new Promise((resolve) => {
      let reason: Error | undefined
      const end = (message: JobEnd): void => {
        worker.off('message', onMessage)
        worker.off('error', onError)
        worker.off('exit', onExit)
        resolve(message)
      }
      const onMessage = ({ id: of, told }: FromWorker): void => {
        if (of !== id || told === null) return
        if (isEnd(told)) end(told)
        else receive(told)
      }
      const onError = (error: Error): void => {
        reason = error
      }
      const onExit = (code: number): void => {
        this.worker = undefined
        end({ type: 'failed', ...causeOfDeath(reason, code), seconds: seconds() - begun })
      }
      worker.on('message', onMessage)
      worker.on('error', onError)
      worker.on('exit', onExit)
      const message: ToWorker = { type: 'job', id, job }
      worker.postMessage(message)
    })
  }

  /** Asks the job to stop after its step. */
  stop(): void {
    this.stopping = true
    const message: ToWorker = { type: 'stop', id: this.job }
    this.worker?.postMessage(message)
  }

  async terminate(): Promise<void> {
    const { worker } = this
    this.worker = undefined
    await worker?.terminate()
  }

  private async start(): Promise<Worker> {
    const worker = new Worker(workerEntry(), {
      workerData: this.dataset,
      name: `atelier trial ${this.index}`,
    })
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string, cause?: Error): void =>
        reject(new EngineError(`no worker could be started: ${why}`, { where: 'workers', cause }))
      const onError = (error: Error): void => fail(error.message, error)
      const onExit = (code: number): void => fail(`it ended with code ${code}.`)
      worker.on('error', onError)
      worker.on('exit', onExit)
      worker.once('message', () => {
        worker.off('error', onError)
        worker.off('exit', onExit)
        resolve()
      })
    })
    // Without a listener, an error between two jobs would end the process.
    worker.on('error', () => undefined)
    worker.on('exit', () => {
      if (this.worker === worker) this.worker = undefined
    })
    this.worker = worker
    return worker
  }
}

function isEnd(message: JobMessage): message is JobEnd {
  return ['paused', 'stopped', 'done', 'failed'].includes(message.type)
}

function causeOfDeath(error: Error | undefined, code: number): { kind: string; reason: string } {
  if (error === undefined) return { kind: 'killed', reason: `the worker ended unexpectedly (code ${code}).` }
  if ('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return { kind: 'memory', reason: 'the worker ran out of memory. Use a smaller batch or a smaller model.' }
  return { kind: 'killed', reason: `the worker ended: ${error.message}` }
}
