import { Random } from '../src/base/random.ts'
import { sharedBytes } from '../src/data/dataset.ts'
import { Gatherer, planPixels } from '../src/engine/gather.ts'
import { planBytes } from '../src/engine/memory.ts'
import { createSimdEngine } from '../src/engine/simd/engine.ts'
import { fillDense, planDense } from './products.ts'
import { all, fill } from './rates.ts'
import { type Spread, timeOf } from './statistics.ts'

const M = 400

/** Seconds of everything in the step of an MLP that is no product. */
export function smallKernels(): [string, Spread][] {
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
    ['transpose 128 x 128', timeOf(() => kernels.transpose(hidden.w, hidden.transposed, all(hidden.w)))],
    // A rate of 0 keeps the weights where they are, however often the update is repeated.
    ['SGD on 784 x 128', timeOf(() => kernels.sgd(w, dw, all(w), 0, 0))],
    ['momentum on 784 x 128', timeOf(() => kernels.momentum(w, dw, velocity, all(w), 0, 0.9, 0, false))],
  ]
}
