import { Random } from '../src/base/random.ts'
import { sharedBytes } from '../src/data/dataset.ts'
import type { Engine } from '../src/engine/engine.ts'
import { createSimdEngine } from '../src/engine/simd/engine.ts'
import { cnnLayers } from '../src/nn/cnn.ts'
import { sliceOf } from '../src/nn/layer.ts'
import { adam } from '../src/optim/adam.ts'
import { TRAIN } from '../src/train/control.ts'
import { Dispatcher } from '../src/train/dispatch.ts'
import { ThreadContext } from '../src/train/threadContext.ts'
import { micro, percent } from './rates.ts'
import { Recorder } from './recorder.ts'
import { spreadOf, timeOf } from './statistics.ts'
import { table } from './table.ts'

const BATCH = 64
const IMAGES = 256 * BATCH
const STEPS = 64
/** Parts below this share of the step are not listed. */
const SMALL = 0.002

/** A part of the step, and the layer it belongs to. */
interface Part {
  readonly name: string
  readonly run: () => void
}

/**
 * Where a training step of the paper's CNN spends its time on one thread: every part measured by itself, over and over,
 * beside the whole step as the trainer does it. What the sum of the parts lacks is data that comes from further away.
 */
export function stepTable(): string {
  const recorder = new Recorder()
  const context = buildContext(recorder.engine)
  const step = trainingStep(buildContext(createSimdEngine()))
  const before = step()
  const parts = partsOf(recorder, context).map(({ name, run }) => ({
    name,
    seconds: timeOf(run, { runs: 21, warmUp: 0.05 }).median,
  }))
  const whole = spreadOf([...before, ...step()]).median
  const sum = total(parts)
  const large = parts.filter(({ seconds }) => seconds > SMALL * whole)
  const row = (name: string, seconds: number): string[] => [name, micro(seconds), percent(seconds / whole)]
  return table(
    ['part of a step, 64 images', 'microseconds', 'of the step'],
    [
      ...large.map(({ name, seconds }) => row(name, seconds)),
      row(`${parts.length - large.length} smaller parts`, sum - total(large)),
      row('sum of the parts', sum),
      row('a step in training', whole),
    ],
  )
}

const total = (parts: readonly { readonly seconds: number }[]): number =>
  parts.reduce((sum, { seconds }) => sum + seconds, 0)

function buildContext(engine: Engine): ThreadContext {
  const random = new Random(1, 'bench images')
  const images = sharedBytes(IMAGES * 784).map((_, i) => random.integer(i, 256))
  const examples = { images, labels: sharedBytes(IMAGES).map((_, i) => i % 10), count: IMAGES }
  const spec = { type: 'cnn', filters: 8, kernelSize: 3, units: 128, dropout: 0, activation: 'relu' } as const
  const context = new ThreadContext(engine, {
    engine: 'simd',
    model: { inputShape: [28, 28, 1], layers: cnnLayers(spec, 10) },
    optimizer: adam(0.001),
    batchSize: BATCH,
    l2: 0,
    seed: 1,
    clipNorm: undefined,
    loss: {},
    augment: undefined,
    sparseInput: false,
    image: { height: 28, width: 28, channels: 1 },
    trainRows: IMAGES,
    train: examples,
    test: examples,
  })
  engine.commit()
  context.model.initialize(1)
  context.model.loss.initialize()
  context.standardization.mean.data.fill(127.5)
  context.standardization.inverse.data.fill(1 / 74)
  random.permute(context.order.data)
  return context
}

/** Runs real steps; returns the seconds of one, several times over. */
function trainingStep(context: ThreadContext): () => number[] {
  const { control } = context
  const thread = new Dispatcher({ context, index: 0, count: 1, barrier: control.barrier(1) })
  control.command = TRAIN
  control.rows = IMAGES
  return () =>
    Array.from({ length: 8 }, () => {
      control.end = STEPS
      const start = performance.now()
      thread.lead()
      return (performance.now() - start) / 1000 / STEPS
    })
}

function partsOf(recorder: Recorder, context: ThreadContext): readonly Part[] {
  const { model, optimizer, slots, order, pixels, standardization, gatherers } = context
  const { kernels } = context.engine
  const rows = { first: 0, end: BATCH }
  const parts: Part[] = []
  const note = (name: string, work: () => void): void => {
    for (const { kernel, run } of recorder.during(work)) parts.push({ name: `${name}${kernel}`, run })
  }
  const { results } = model.loss
  parts.push({ name: 'gather', run: () => gatherers[0]?.run(order.data, 0, rows, pixels, results) })
  note('', () => kernels.standardize(pixels, standardization, model.input.value, rows))
  const { layers, forwardPasses, backwardPasses } = model
  for (const [i, { name }] of layers.entries()) note(`${name}: `, () => forwardPasses[i]?.forward(rows))
  note('', () => model.loss.run(rows, BATCH))
  for (const [i, { name }] of [...layers.entries()].toReversed())
    note(`${name}: `, () => backwardPasses[i]?.backward(rows))
  let position = 0
  for (const layer of model.layers) {
    const slices = layer.parameters.map((parameter) => sliceOf(parameter, 0, 1))
    note(`${layer.name}: `, () => layer.gradient(slices, BATCH))
    layer.parameters.forEach(({ name, value, gradient }, i) => {
      const parameter = {
        ...{ value, gradient, slots: slots[position + i] ?? [], slice: slices[i] ?? { first: 0, end: 0 } },
        ...{ decay: 0, isWeight: true },
      }
      note(`${name}: `, () => optimizer.update(kernels, parameter, 0.001, 1))
    })
    note(`${layer.name}: `, () => layer.refresh?.(slices))
    position += slices.length
  }
  return parts
}
