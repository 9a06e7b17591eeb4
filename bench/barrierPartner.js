// The second thread of bench/barrier.ts. Plain JavaScript on the built package: threads do not inherit tsx.
import { workerData } from 'node:worker_threads'
import { Barrier } from '../dist/engine/barrier.js'

const { cells, rounds, sleeps, arrivals } = workerData
const barrier = new Barrier(cells, 2)
barrier.wait()
for (let i = 0; i < rounds; i++) barrier.wait()
const pause = new Int32Array(new SharedArrayBuffer(4))
for (let i = 0; i < sleeps; i++) {
  Atomics.wait(pause, 0, 0, 3)
  arrivals[i] = process.hrtime.bigint()
  barrier.wait()
}
