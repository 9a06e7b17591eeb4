import { seconds } from '../base/clock.ts'
import { createEngine } from './create.ts'
import type { EngineName } from './engine.ts'

/**
 * Rows, inputs and outputs of the product, and number of products that are timed together. The product is small enough for
 * the first caches and large enough for a BLAS to be efficient. The timed products take under a millisecond, less than a
 * time slice of a busy system, so that some are not interrupted.
 */
const sizes: Readonly<Record<EngineName, readonly [number, number, number, number]>> = {
  simd: [64, 128, 32, 20],
  blas: [256, 256, 256, 1],
  reference: [16, 32, 16, 20],
}

/** The highest GFLOP/s of an engine on one core, measured for `duration` seconds. @throws EngineError as {@link peakMeter} */
export function measuredPeak(name: EngineName, duration: number): number {
  return peakMeter(name)(duration)
}

/**
 * A function that measures an engine for a number of seconds and returns the highest GFLOP/s on one core.
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
