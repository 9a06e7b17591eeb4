import { existsSync } from 'node:fs'

/** The compiled entry of a worker lies beside this file; run from source (tests), it lies in the built package. */
export function workerEntry(): URL {
  const beside = new URL('./worker.node.js', import.meta.url)
  return existsSync(beside) ? beside : new URL('../../../dist/study/run/worker.node.js', import.meta.url)
}
