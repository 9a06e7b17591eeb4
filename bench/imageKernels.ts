import { formatShape, type Shape } from '../src/base/shape.ts'
import { createSimdEngine } from '../src/engine/simd/engine.ts'
import { batchNorm } from '../src/nn/batchNorm.ts'
import { dropout } from '../src/nn/dropout.ts'
import { maxPool2d } from '../src/nn/maxPool2d.ts'
import { relu } from '../src/nn/relu.ts'
import type { LayerSpec } from '../src/nn/specs.ts'
import { callsOf } from './oneLayer.ts'
import { all, fill } from './rates.ts'
import type { Call } from './recorder.ts'
import { type Spread, timeOf } from './statistics.ts'

const IMAGES = 64

/** Seconds of everything in the step of a CNN that is no product. */
export function imageKernels(): [string, Spread][] {
  return [
    ...layerTimes('relu', relu(), [26, 26, 8]),
    ...layerTimes('max pool 2', maxPool2d(2), [24, 24, 8]),
    ...layerTimes('dropout', dropout(0.5), [128]),
    ...layerTimes('batch norm', batchNorm(), [14, 14, 32]),
    ['Adam on 150,016 parameters', adamTime()],
  ]
}

function layerTimes(name: string, spec: LayerSpec, shape: Shape): [string, Spread][] {
  const { forward, backward } = callsOf(spec, shape, IMAGES)
  const size = `${IMAGES} x ${formatShape(shape)}`
  return [
    [`${name} ${size}`, timeOf(allOf(forward))],
    [`${name}, backward`, timeOf(allOf(backward))],
  ]
}

const allOf =
  (calls: readonly Call[]): (() => void) =>
  () => {
    for (const { run } of calls) run()
  }

function adamTime(): Spread {
  const engine = createSimdEngine()
  const matrices = [0, 1, 2, 3].map(() => engine.matrix(1172, 128))
  engine.commit()
  matrices.forEach(({ block }, i) => {
    fill(block, i)
  })
  const [w, g, mean, square] = matrices
  if (w === undefined || g === undefined || mean === undefined || square === undefined) throw new RangeError()
  square.block.data.fill(1)
  const step = { rate: 0, beta1: 0.9, beta2: 0.999, correction: 1, epsilon: 1e-7, decay: 0, shrink: 0 }
  return timeOf(() => engine.kernels.adam(w, g, mean, square, all(w), step))
}
