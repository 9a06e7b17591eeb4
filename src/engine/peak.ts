import { seconds } from '../base/clock.ts'
import { createEngine } from './create.ts'
import type { EngineName } from './engine.ts'

/**
 * Rows, inputs and outputs of the product: small enough for the first caches, large enough for BLAS to get going; and how
 * many products are timed together. These take under a millisecond, less than a busy system's time slice, so that some are
 * not interrupted.
 */
const sizes: Readonly<Record<EngineName, readonly [number, number, number, number]>> = {
  simd: [64, 128, 32, 20],
  blas: [256, 256, 256, 1],
  reference: [16, 32, 16, 20],
}

/** The most GFLOP/s that an engine reaches on one core in so many seconds. @throws EngineError where `blas` is not possible */
export function measuredPeak(name: EngineName, duration: number): number {
  return peakMeter(name)(duration)
}

/**
 * A function that measures an engine for a number of seconds and returns the most GFLOP/s on one core.
 *
 * @throws EngineError if `blas` cannot be opened
 */
export function peakMeter(name: EngineName): (duration: number) => number {
  const [rows, inputs, outputs, together] = sizes[name]
  const engine = createEngine(name)
  const [x, y] = [engine.tensor(rows, inputs), engine.tensor(rows, outputs)]
  const [w, b] = [engine.matrix(inputs, outputs), engine.matrix(1, outputs)]
  engine.commit()
  x.block.data.fill(0.5)
  w.block.data.fill(0.25)
  const all = { first: 0, end: rows }
  const operations = 2 * rows * inputs * outputs
  return (duration) => {
    let most = 0
    for (const end = seconds() + duration; seconds() < end; ) {
      const before = seconds()
      for (let i = 0; i < together; i++) engine.kernels.dense(x, w, b, y, all)
      most = Math.max(most, (together * operations) / (seconds() - before))
    }
    return most / 1e9
  }
}
