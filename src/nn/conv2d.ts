import { checkArgument } from '../base/arguments.ts'
import { type Shape, sizeOf } from '../base/shape.ts'
import type { Engine } from '../engine/engine.ts'
import type { ConvolutionPartials, ConvolutionWorkspace, PooledGradient } from '../engine/kernels.ts'
import type { Matrix, Range, Tensor } from '../engine/tensor.ts'
import type { WindowShape } from '../engine/windows.ts'
import { planWorkspace } from '../engine/workspace.ts'
import { layerWindow, pair } from './images.ts'
import type { Activations, Layer, LayerContext, Parameter } from './layer.ts'
import { planActivations, planParameter } from './layer.ts'
import type { Conv2dSpec, Initializer } from './specs.ts'

/**
 * A convolution with `filters` output channels. Default initializer: Glorot uniform. Biases start at 0.
 *
 * @param kernelSize pixels of a square kernel, or [height, width]
 */
export function conv2d(
  filters: number,
  kernelSize: number | readonly [number, number],
  options: {
    readonly stride?: number
    readonly padding?: 'valid' | 'same'
    readonly initializer?: Initializer
  } = {},
): Conv2dSpec {
  checkArgument(options, 'object', 'options')
  const { stride = 1, padding = 'valid', ...rest } = options
  return { type: 'conv2d', filters, kernelSize, stride, padding, ...rest }
}

/**
 * Every output pixel is a weighted sum of a window of the input, with the same weights everywhere. For one image with
 * pixels x[i,j] of C channels, weights w[a,c,k,f] (kernel row, kernel column, channel, filter) and stride s:
 *
 *     forward    y[i,j,f] = b[f] + sum over a, c, k of x[i s + a, j s + c, k] w[a,c,k,f]
 *
 * It is a dense layer whose weights are shared by all places, so the chain rule gives the same three sums, over every
 * place where a value is used:
 *
 *     backward   dL / dx[u,v,k]   = sum over a, c, f of dy[i,j,f] w[a,c,k,f]    where i s + a = u and j s + c = v
 *     gradient   dL / dw[a,c,k,f] = sum over images, i, j of x[i s + a, j s + c, k] dy[i,j,f]
 *                dL / db[f]       = sum over images, i, j of dy[i,j,f]
 *
 * The backward sum is itself a convolution: of dy with the kernel turned by 180 degrees, channels and filters
 * exchanged. The gradient has few elements and is a sum over much data, so `backward` also computes the part of it that a
 * group of images contributes while these are in the cache. `gradient` adds the parts, always in the same order.
 */
export class Conv2d implements Layer {
  readonly type = 'conv2d'
  readonly name: string
  readonly outputShape: Shape
  readonly output: Activations
  readonly parameters: readonly Parameter[]
  private readonly engine: Engine
  private readonly x: Tensor
  private readonly y: Tensor
  private readonly dy: Tensor
  private readonly dx: Tensor | undefined
  private readonly weight: Parameter
  private readonly bias: Parameter
  private readonly window: WindowShape
  private readonly workspace: ConvolutionWorkspace
  private readonly partials: ConvolutionPartials
  /** The weights turned for the backward sum, kept by `refresh`; undefined if dx is. */
  private readonly turned: Matrix | undefined

  constructor(spec: Conv2dSpec, context: LayerContext) {
    const { engine, name, capacity, inputGradient } = context
    const { filters } = spec
    const window = layerWindow(name, context.inputShape, pair(spec.kernelSize), spec.stride, spec.padding)
    const { channels, windowHeight, windowWidth } = window
    const taps = windowHeight * windowWidth
    const fan = { fanIn: taps * channels, fanOut: taps * filters }
    this.engine = engine
    this.name = name
    this.window = window
    this.outputShape = [window.outHeight, window.outWidth, filters]
    this.output = planActivations(engine, capacity, sizeOf(this.outputShape))
    this.x = context.input.value
    this.y = this.output.value
    this.dy = this.output.gradient
    this.dx = inputGradient
    this.weight = planParameter(engine, taps * channels, filters, {
      name: `${name}.weight`,
      role: 'weight',
      shape: [windowHeight, windowWidth, channels, filters],
      initializer: spec.initializer ?? 'glorotUniform',
      ...fan,
    })
    this.bias = planParameter(engine, 1, filters, {
      name: `${name}.bias`,
      role: 'bias',
      shape: [filters],
      initializer: 'zeros',
      ...fan,
    })
    this.parameters = [this.weight, this.bias]
    this.turned = inputGradient && engine.matrix(taps * filters, channels)
    this.workspace = planWorkspace(engine, capacity, window, filters, inputGradient !== undefined)
    this.partials = {
      weight: engine.partials(capacity, taps * channels, filters),
      bias: engine.partials(capacity, 1, filters),
    }
  }

  forward(rows: Range): void {
    const { x, weight, bias, y, window, workspace } = this
    this.engine.kernels.convolve(x, weight.value, bias.value, y, window, workspace, rows)
  }

  /** Both gradients of these rows, or only the weights' if there is no dx. */
  backward(rows: Range): void {
    const { x, dy, weight, turned, dx, partials, window, workspace } = this
    const { kernels } = this.engine
    if (dx === undefined || turned === undefined)
      kernels.convolveGradient(x, dy, partials, window, workspace, rows)
    else kernels.convolveGradients(x, dy, weight.value, turned, dx, partials, window, workspace, rows)
  }

  /**
   * The backward pass of the max pool behind this layer, then `backward`, in one: kernels go from the gradients of the
   * pool's outputs, and dy is not written.
   */
  backwardPooled(pooled: PooledGradient, rows: Range): void {
    const { x, weight, turned, dx, partials, window, workspace } = this
    if (dx === undefined || turned === undefined) return
    const { kernels } = this.engine
    kernels.convolvePooledGradients(x, pooled, weight.value, turned, dx, partials, window, workspace, rows)
  }

  gradient(slices: readonly Range[], batch: number): void {
    const { kernels } = this.engine
    const weightRows = slices[0]
    const biasRow = slices[1]
    if (weightRows) kernels.sumPartials(this.partials.weight, this.weight.gradient, batch, weightRows)
    if (biasRow) kernels.sumPartials(this.partials.bias, this.bias.gradient, batch, biasRow)
  }

  refresh(slices: readonly Range[]): void {
    const weightRows = slices[0]
    if (this.turned === undefined || weightRows === undefined) return
    this.engine.kernels.turn(this.weight.value, this.turned, this.window, weightRows)
  }
}
