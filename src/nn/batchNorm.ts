import { checkArgument } from '../base/arguments.ts'
import { type Shape, sizeOf } from '../base/shape.ts'
import type { Engine } from '../engine/engine.ts'
import type { BatchStatistics, GroupMoments, GroupSums } from '../engine/kernels.ts'
import type { Partials, Range, Tensor } from '../engine/tensor.ts'
import type { Activations, Layer, LayerBuffer, LayerContext, Parameter, StepContext } from './layer.ts'
import { planActivations, planParameter } from './layer.ts'
import type { BatchNormSpec } from './specs.ts'

/**
 * Normalises every feature, or every channel of images, over the batch.
 *
 * @param options momentum: share of the old running mean and variance that a step keeps (PyTorch counts the other share,
 * 0.1); epsilon: added to the variance
 */
export function batchNorm(
  options: { readonly momentum?: number; readonly epsilon?: number } = {},
): BatchNormSpec {
  checkArgument(options, 'object', 'options')
  const { momentum = 0.9, epsilon = 1e-5 } = options
  return { type: 'batchNorm', momentum, epsilon }
}

/**
 * Batch normalisation (Ioffe, Szegedy 2015). Every channel is treated by itself; let x[1] .. x[n] be all its values, over
 * the rows of the batch and the pixels of the images.
 *
 *     forward    mu = sum of x[i] / n
 *                v  = sum of (x[i] - mu)^2 / n
 *                s  = 1 / sqrt(v + epsilon)
 *                h[i] = (x[i] - mu) s                     mean 0, variance (nearly) 1
 *                y[i] = gamma h[i] + beta                 scaled and shifted; gamma and beta are trained
 *
 *     gradient   dL / dbeta  = sum of dy[i]
 *                dL / dgamma = sum of dy[i] h[i]
 *
 * For the backward pass, let g[i] = dL / dh[i] = gamma dy[i]. x[i] reaches the loss in three ways, whose parts add up:
 *
 *     through its own h[i]   g[i] s
 *     through mu             dh[j] / dmu = -s for every j, and dmu / dx[i] = 1 / n:
 *                            -(s / n) sum of g[j]
 *     through v              dh[j] / dv = (x[j] - mu) ds / dv = -(x[j] - mu) s^3 / 2 = -h[j] s^2 / 2, and
 *                            dv / dx[i] = 2 (x[i] - mu) / n = 2 h[i] / (n s):
 *                            -(s / n) h[i] sum of g[j] h[j]
 *
 * (The mu inside of v adds nothing: v changes by -2 (sum of x[j] - mu) / n = 0 with it.) The two sums are, but for gamma,
 * those that beta and gamma need:
 *
 *     backward   dx[i] = gamma s (dy[i] - dbeta / n - h[i] dgamma / n)
 *
 * So every row needs a sum over all rows, once in the forward and once in the backward pass. Each thread computes the sums
 * of its groups of four rows. When all threads have done so, each thread adds up all groups in their order. Groups are
 * the same for any number of threads, and so are the bits. Two groups a, b of n[a], n[b] values join as
 *
 *     n mu = n[a] mu[a] + n[b] mu[b]
 *     n v  = n[a] (v[a] + (mu[a] - mu)^2) + n[b] (v[b] + (mu[b] - mu)^2)
 *
 * which, unlike the mean of x^2 less the square of the mean, does not cancel (Chan, Golub, LeVeque 1983).
 *
 * A single example has no batch, so evaluation takes the running mu and v: means over the last steps in which each step
 * counts `momentum` times as much as the one after it. The running variance is the unbiased n / (n - 1) v.
 */
export class BatchNorm implements Layer {
  readonly type = 'batchNorm'
  readonly name: string
  readonly outputShape: Shape
  readonly output: Activations
  readonly parameters: readonly Parameter[]
  readonly buffers: readonly LayerBuffer[]
  /** With one example, x - mu is 0. */
  readonly smallestBatch = 2
  private readonly engine: Engine
  private readonly x: Tensor
  private readonly y: Tensor
  private readonly dy: Tensor
  private readonly dx: Tensor | undefined
  private readonly stepContext: Readonly<StepContext>
  private readonly momentum: number
  private readonly epsilon: number
  private readonly pixels: number
  private readonly scale: Parameter
  private readonly shift: Parameter
  private readonly runningMean: LayerBuffer
  private readonly runningVariance: LayerBuffer
  private readonly moments: GroupMoments
  private readonly sums: GroupSums
  private readonly statistics: BatchStatistics

  constructor(spec: BatchNormSpec, context: LayerContext) {
    const { engine, name, inputShape, capacity } = context
    const size = sizeOf(inputShape)
    const channels = inputShape.at(-1) ?? size
    const shape = [channels]
    const parameter = (part: string, initializer: 'ones' | 'zeros'): Parameter =>
      planParameter(engine, 1, channels, {
        name: `${name}.${part}`,
        role: 'bias',
        shape,
        initializer,
        fanIn: 1,
        fanOut: 1,
      })
    const buffer = (part: string, initial: number): LayerBuffer => ({
      name: `${name}.${part}`,
      shape,
      value: engine.matrix(1, channels),
      initial,
    })
    const partials = (): Partials => engine.partials(capacity, 1, channels)
    this.engine = engine
    this.name = name
    this.x = context.input.value
    this.dx = context.inputGradient
    this.stepContext = context.stepContext
    this.momentum = spec.momentum
    this.epsilon = spec.epsilon
    this.pixels = size / channels
    this.outputShape = inputShape
    this.output = planActivations(engine, capacity, size)
    this.y = this.output.value
    this.dy = this.output.gradient
    this.scale = parameter('scale', 'ones')
    this.shift = parameter('shift', 'zeros')
    this.parameters = [this.scale, this.shift]
    this.runningMean = buffer('runningMean', 0)
    this.runningVariance = buffer('runningVariance', 1)
    this.buffers = [this.runningMean, this.runningVariance]
    this.moments = { mean: partials(), squares: partials() }
    this.sums = { shift: partials(), scale: partials() }
    this.statistics = {
      mean: partials(),
      inverse: partials(),
      shiftMean: partials(),
      scaleMean: partials(),
    }
  }

  prepareForward(rows: Range): void {
    this.engine.kernels.groupMoments(this.x, this.moments, rows)
  }

  forward(rows: Range): void {
    const { moments, statistics, pixels, epsilon, stepContext, runningMean, runningVariance } = this
    const { kernels } = this.engine
    if (stepContext.training)
      kernels.batchStatistics(moments, statistics, stepContext.batch, pixels, epsilon, rows)
    else kernels.keptStatistics(runningMean.value, runningVariance.value, statistics, epsilon, rows)
    const { x, y, scale, shift } = this
    kernels.normalize(x, y, statistics, scale.value, shift.value, rows)
  }

  prepareBackward(rows: Range): void {
    const { x, dy, statistics, sums } = this
    this.engine.kernels.normalizeSums(x, dy, statistics, sums, rows)
  }

  backward(rows: Range): void {
    const { x, dy, dx, statistics, scale, sums, stepContext } = this
    if (dx === undefined) return
    this.engine.kernels.normalizeBackward(x, dy, dx, statistics, scale.value, sums, stepContext.batch, rows)
  }

  gradient(slices: readonly Range[], batch: number): void {
    const { kernels } = this.engine
    const scaleRow = slices[0]
    const shiftRow = slices[1]
    if (shiftRow) kernels.sumPartials(this.sums.shift, this.shift.gradient, batch, shiftRow)
    if (scaleRow === undefined || scaleRow.end === scaleRow.first) return
    kernels.sumPartials(this.sums.scale, this.scale.gradient, batch, scaleRow)
    // Once a step, by the thread that owns the scales.
    const { moments, runningMean, runningVariance, pixels, momentum } = this
    kernels.keepStatistics(moments, runningMean.value, runningVariance.value, batch, pixels, momentum)
  }
}
