import { Random } from '../../../base/random.ts'
import { sizeOf } from '../../../base/shape.ts'
import { createSimdEngine } from '../../../engine/simd/engine.ts'
import type { Instantiate } from '../../../engine/simd/module.ts'
import { conv2d } from '../../../nn/conv2d.ts'
import { dense } from '../../../nn/dense.ts'
import { everyLayer } from '../../../nn/everyLayer.ts'
import { flatten } from '../../../nn/flatten.ts'
import { maxPool2d } from '../../../nn/maxPool2d.ts'
import type { ModelSpec } from '../../../nn/model.ts'
import { relu } from '../../../nn/relu.ts'
import { adagrad } from '../../../optim/adagrad.ts'
import { adam } from '../../../optim/adam.ts'
import { rmsprop } from '../../../optim/rmsprop.ts'
import { sgd } from '../../../optim/sgd.ts'
import type { OptimizerSpec } from '../../../optim/specs.ts'
import { EVALUATE, TRAIN } from '../../../train/control.ts'
import { Dispatcher } from '../../../train/dispatch.ts'
import { ThreadContext } from '../../../train/threadContext.ts'

interface Training {
  readonly model: ModelSpec
  readonly optimizer: OptimizerSpec
  readonly clipNorm?: number
  readonly sparseInput?: boolean
}

const classes = 5
/** The second batch is smaller, and its last group of four rows is incomplete. */
const [batch, rows] = [16, 27]

const perceptron: ModelSpec = {
  inputShape: [12, 9, 1],
  layers: [flatten(), dense(40), relu(), dense(19), relu(), dense(classes)],
}

const same = conv2d(8, 3, { padding: 'same' })

/** Small models that together call every kernel. */
const trainings: readonly Training[] = [
  { model: everyLayer, optimizer: adam(), clipNorm: 0.01 },
  // The second convolution is large enough for Winograd's algorithm. Behind a pool most gradients are 0: those of windows of
  // 2 x 2 are listed as the pool has them, others when they are laid down.
  {
    model: {
      inputShape: [14, 14, 1],
      layers: [
        ...[conv2d(8, 3), relu(), same, relu(), maxPool2d(3)],
        ...[same, relu(), maxPool2d(2), flatten()],
        ...[dense(128), relu(), dense(104), relu(), dense(classes)],
      ],
    },
    optimizer: sgd(0.05, { momentum: 0.9, nesterov: true }),
  },
  { model: perceptron, optimizer: rmsprop(), sparseInput: true },
  { model: perceptron, optimizer: adagrad() },
  { model: perceptron, optimizer: sgd(0.05) },
]

/**
 * Trains small models, the same ones every time, with kernels bound in a given way.
 *
 * @returns all memory of each training as it is at the end: weights, gradients, outputs and whatever else was computed
 */
export function exercise(bind: Instantiate): Uint8Array[] {
  return trainings.map((training) => train(training, bind))
}

function train({ model, optimizer, clipNorm, sparseInput = false }: Training, bind: Instantiate): Uint8Array {
  const [height = 1, width = 1, channels = 1] = model.inputShape
  const features = sizeOf(model.inputShape)
  const examples = noise(features)
  const engine = createSimdEngine(bind)
  const context = new ThreadContext(engine, {
    ...{ engine: 'simd', model, optimizer, sparseInput, clipNorm },
    ...{ batchSize: batch, l2: 0.1, seed: 1, augment: undefined, image: { height, width, channels } },
    loss: { labelSmoothing: 0.1 },
    ...{ trainRows: rows, train: examples, test: examples },
  })
  engine.commit()
  context.model.initialize(1)
  context.model.loss.initialize()
  context.preprocess({
    kind: 'standardize',
    mean: new Float64Array(features).fill(80),
    deviation: new Float64Array(features).fill(90),
  })
  const { control, order } = context
  const thread = new Dispatcher({ context, index: 0, count: 1, barrier: control.barrier(1) })
  order.data.set(Array.from({ length: rows }, (_, i) => i))
  control.rows = rows
  control.command = TRAIN
  control.end = Math.ceil(rows / batch)
  thread.lead()
  control.command = EVALUATE
  control.end = rows
  thread.lead()
  return new Uint8Array(engine.memory?.buffer ?? new ArrayBuffer(0))
}

/** Images of which half the pixels are black. */
function noise(features: number) {
  const random = new Random(1, 'exercise')
  const images = Uint8Array.from({ length: rows * features }, (_, i) =>
    Math.max(0, random.integer(i, 512) - 256),
  )
  const labels = Uint8Array.from({ length: rows }, (_, i) => i % classes)
  return { images, labels, count: rows }
}

/** Bit for bit: even a NaN has to be the same one. */
export function sameBytes(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((bytes, i) => Buffer.compare(bytes, b[i] ?? new Uint8Array()) === 0)
}
