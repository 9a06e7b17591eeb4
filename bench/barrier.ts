import { Worker } from 'node:worker_threads'
import { BARRIER_INTEGERS, Barrier } from '../src/engine/barrier.ts'
import { type Spread, spreadOf } from './statistics.ts'

const ROUNDS = 20_000
const SLEEPS = 41

/** What the partner thread is told: how often to meet, and how often to come late. */
export interface BarrierPlan {
  readonly cells: Int32Array
  readonly rounds: number
  readonly sleeps: number
  /** The partner's clock when it arrived, in nanoseconds, for each late arrival. */
  readonly arrivals: BigInt64Array
}

/**
 * Seconds that two threads need to meet: when both are there (they spin), and from the moment when the late one
 * comes until the sleeping one goes on.
 */
export async function measureBarrier(): Promise<{ readonly meeting: Spread; readonly waking: Spread }> {
  const plan: BarrierPlan = {
    cells: new Int32Array(new SharedArrayBuffer(4 * BARRIER_INTEGERS)),
    rounds: ROUNDS,
    sleeps: SLEEPS,
    arrivals: new BigInt64Array(new SharedArrayBuffer(8 * SLEEPS)),
  }
  const partner = new Worker(new URL('./barrierPartner.js', import.meta.url), { workerData: plan })
  const barrier = new Barrier(plan.cells, 2)
  barrier.wait()
  const meetings: number[] = []
  for (let run = 0; run < 20; run++) {
    const start = performance.now()
    for (let i = 0; i < ROUNDS / 20; i++) barrier.wait()
    meetings.push((performance.now() - start) / 1000 / (ROUNDS / 20))
  }
  const wakings: number[] = []
  for (let i = 0; i < SLEEPS; i++) {
    barrier.wait()
    wakings.push(Number(process.hrtime.bigint() - (plan.arrivals[i] ?? 0n)) / 1e9)
  }
  await partner.terminate()
  return { meeting: spreadOf(meetings), waking: spreadOf(wakings) }
}
