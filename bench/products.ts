import type { Engine } from '../src/engine/engine.ts'
import { createSimdEngine } from '../src/engine/simd/engine.ts'
import { all, fill } from './rates.ts'
import { rateOf, type Spread, timeOf } from './statistics.ts'

const M = 400

/** One dense layer with everything around it. */
export function planDense(engine: Engine, rows: number, k: number, n: number) {
  return {
    x: engine.tensor(rows, k),
    dx: engine.tensor(rows, k),
    y: engine.tensor(rows, n),
    dy: engine.tensor(rows, n),
    w: engine.matrix(k, n),
    dw: engine.matrix(k, n),
    transposed: engine.matrix(n, k),
    b: engine.matrix(1, n),
  }
}

export function fillDense(layer: ReturnType<typeof planDense>): void {
  Object.values(layer).forEach(({ block }, i) => {
    fill(block, i)
  })
}

/** A product so small that everything stays in the first cache: what the tile itself is capable of. */
export function tileRate(): Spread {
  const [rows, k, n] = [16, 128, 32]
  const engine = createSimdEngine()
  const layer = planDense(engine, rows, k, n)
  engine.commit()
  fillDense(layer)
  const { x, w, b, y } = layer
  return rateOf(
    2 * rows * k * n,
    timeOf(() => engine.kernels.dense(x, w, b, y, all(x))),
  )
}

/** Operations a second of the three forms of the MLP's products. */
export function productRates(): [string, Spread][] {
  const sizes = [
    [784, 128],
    [128, 128],
    [128, 10],
  ] as const
  return sizes.flatMap(([k, n]): [string, Spread][] => {
    const engine = createSimdEngine()
    const layer = planDense(engine, M, k, n)
    engine.commit()
    fillDense(layer)
    const { kernels } = engine
    const { x, dx, y, dy, w, dw, transposed, b } = layer
    const size = `${M} x ${k} x ${n}`
    const rate = (work: () => void): Spread => rateOf(2 * M * k * n, timeOf(work))
    return [
      [`dense forward ${size}`, rate(() => kernels.dense(x, w, b, y, all(x)))],
      [`dense input gradient ${size}`, rate(() => kernels.denseBackward(dy, w, transposed, dx, all(x)))],
      [`dense weight gradient ${size}`, rate(() => kernels.denseGradient(x, dy, dw, M, all(w)))],
    ]
  })
}
