import { Random } from '../src/base/random.ts'
import { sharedBytes } from '../src/data/dataset.ts'
import type { Engine } from '../src/engine/engine.ts'
import { Gatherer, planPixels } from '../src/engine/gather.ts'
import type { Block } from '../src/engine/memory.ts'
import { planBytes } from '../src/engine/memory.ts'
import { createSimdEngine } from '../src/engine/simd/engine.ts'
import type { Matrix, Tensor } from '../src/engine/tensor.ts'
import { measureBarrier } from './barrier.ts'
import { rateOf, type Spread, timeOf } from './statistics.ts'
import { table } from './table.ts'

const M = 400

/** Prints what the kernels reach on one core: GFLOP/s of the products, microseconds of everything else. */
export async function benchKernels(print: (text: string) => void): Promise<void> {
  const peak = tileRate()
  print(
    table(
      ['one core', 'GFLOP/s, median', 'best', 'of peak'],
      [
        rateRow('peak: the tile on data in the first cache', peak, peak.median),
        ...productRates().map(([name, rate]) => rateRow(name, rate, peak.median)),
      ],
    ),
  )
  print('')
  const barrier = await measureBarrier()
  const rows: [string, Spread][] = [
    ...smallKernels(),
    ['barrier of 2 threads, both there', barrier.meeting],
    ['barrier of 2 threads, waking the sleeping one', barrier.waking],
  ]
  print(
    table(
      ['one core', 'microseconds, median', 'best'],
      rows.map(([name, { median, least }]) => [name, micro(median), micro(least)]),
    ),
  )
}

const giga = (rate: number): string => (rate / 1e9).toFixed(1)
const micro = (seconds: number): string => (seconds * 1e6).toFixed(seconds < 1e-5 ? 2 : 1)

function rateRow(name: string, rate: Spread, peak: number): string[] {
  return [name, giga(rate.median), giga(rate.most), `${Math.round((100 * rate.median) / peak)} %`]
}

/** Normal numbers in all of a block, padding too: what lies there must not be denormal or NaN. */
function fill(block: Block, seed: number): void {
  const random = new Random(seed, 'bench')
  for (let i = 0; i < block.length; i++) block.data[i] = random.normal(i)
}

const all = (t: Tensor) => ({ first: 0, end: t.rows })
const allOf = (w: Matrix) => ({ first: 0, end: w.rows })

/** One dense layer with everything around it. */
function planDense(engine: Engine, rows: number, k: number, n: number) {
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

function fillDense(layer: ReturnType<typeof planDense>): void {
  Object.values(layer).forEach(({ block }, i) => {
    fill(block, i)
  })
}

/** A product so small that everything stays in the first cache: what the tile itself is capable of. */
function tileRate(): Spread {
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

function productRates(): [string, Spread][] {
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
      [`dense weight gradient ${size}`, rate(() => kernels.denseGradient(x, dy, dw, M, allOf(w)))],
    ]
  })
}

function smallKernels(): [string, Spread][] {
  const features = 784
  const engine = createSimdEngine()
  const pixels = planPixels(engine.arena, M, features)
  const standardization = { mean: engine.values(features), inverse: engine.values(features) }
  const { x, w, dw } = planDense(engine, M, features, 128)
  const velocity = engine.matrix(features, 128)
  const hidden = planDense(engine, M, 128, 128)
  const logits = planDense(engine, M, 128, 10)
  const results = {
    labels: planBytes(engine.arena, M),
    losses: engine.values(M),
    predictions: planBytes(engine.arena, M),
  }
  engine.commit()
  fillDense(hidden)
  fillDense(logits)
  fill(w.block, 1)
  standardization.mean.data.fill(73)
  standardization.inverse.data.fill(1 / 90)
  const random = new Random(1, 'bench images')
  const count = 4 * M
  const images = sharedBytes(count * features).map((_, i) => random.integer(i, 256))
  const labels = sharedBytes(count).map((_, i) => i % 10)
  const order = random.permute(new Uint32Array(count))
  const gatherer = new Gatherer({ images, labels }, { height: 1, width: features, channels: 1 })

  const { kernels } = engine
  const rows = { first: 0, end: M }
  const { x: input, dx, y, dy } = hidden
  return [
    [`gather ${M} x ${features} bytes`, timeOf(() => gatherer.run(order, 0, rows, pixels, results))],
    [`standardise ${M} x ${features}`, timeOf(() => kernels.standardize(pixels, standardization, x, rows))],
    [
      `softmax cross-entropy ${M} x 10`,
      timeOf(() => kernels.softmaxCrossEntropy(logits.y, logits.dy, results, rows, 1 / M)),
    ],
    [`relu ${M} x 128`, timeOf(() => kernels.relu(input, y, rows))],
    [`relu, backward`, timeOf(() => kernels.reluBackward(y, dy, dx, rows))],
    [`leakyRelu ${M} x 128`, timeOf(() => kernels.leakyRelu(input, y, rows, 0.01))],
    [`leakyRelu, backward`, timeOf(() => kernels.leakyReluBackward(y, dy, dx, rows, 0.01))],
    [`tanh ${M} x 128`, timeOf(() => kernels.tanh(input, y, rows))],
    [`tanh, backward`, timeOf(() => kernels.tanhBackward(y, dy, dx, rows))],
    [`sigmoid ${M} x 128`, timeOf(() => kernels.sigmoid(input, y, rows))],
    [`sigmoid, backward`, timeOf(() => kernels.sigmoidBackward(y, dy, dx, rows))],
    [`column sums ${M} x 128`, timeOf(() => kernels.columnSums(dy, hidden.b, M))],
    ['transpose 128 x 128', timeOf(() => kernels.transpose(hidden.w, hidden.transposed, allOf(hidden.w)))],
    // A rate of 0 keeps the weights where they are, however often the update is repeated.
    ['SGD on 784 x 128', timeOf(() => kernels.sgd(w, dw, allOf(w), 0, 0))],
    ['momentum on 784 x 128', timeOf(() => kernels.momentum(w, dw, velocity, allOf(w), 0, 0.9, 0, false))],
  ]
}
