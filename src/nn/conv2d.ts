import { checkArgument } from '../base/arguments.ts'
import { type Shape, sizeOf } from '../base/shape.ts'
import type { Engine } from '../engine/engine.ts'
import type { ConvolutionPartials, ConvolutionWorkspace } from '../engine/kernels.ts'
import type { Matrix, Range } from '../engine/tensor.ts'
import type { WindowShape } from '../engine/windows.ts'
import { planWorkspace } from '../engine/workspace.ts'
import { layerWindow, pair } from './images.ts'
import type { Activations, Layer, LayerContext, Parameter } from './layer.ts'
import { planActivations, planParameter } from './layer.ts'
import type { Conv2dSpec, Initializer } from './specs.ts'

/**
 * A convolution with `filters` output channels. Weights start Glorot uniform unless told otherwise, biases at 0.
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
 * exchanged. The gradient has few elements and much data: while a group of images is in the cache, `backward` also
 * leaves the group's part of it, and `gradient` only adds the parts, always in the same order.
 *
 * A max pool behind hands most places nothing back. It may leave saying so to the kernels (`Activations.pooled`): they go
 * from the pool's own gradients, then, and dy is never laid down.
 */
export class Conv2d implements Layer {
  readonly type = 'conv2d'
  readonly releasesOutput = true
  readonly takesPooled: boolean
  readonly name: string
  readonly outputShape: Shape
  readonly output: Activations
  readonly parameters: readonly Parameter[]
  private readonly engine: Engine
  private readonly input: Activations
  private readonly weight: Parameter
  private readonly bias: Parameter
  private readonly window: WindowShape
  private readonly workspace: ConvolutionWorkspace
  private readonly partials: ConvolutionPartials
  private readonly turned: Matrix | undefined

  constructor(spec: Conv2dSpec, context: LayerContext) {
    const { engine, name, capacity } = context
    const { filters } = spec
    const window = layerWindow(name, context.inputShape, pair(spec.kernelSize), spec.stride, spec.padding)
    const { channels, windowHeight, windowWidth } = window
    const taps = windowHeight * windowWidth
    const fan = { fanIn: taps * channels, fanOut: taps * filters }
    this.engine = engine
    this.name = name
    this.input = context.input
    this.window = window
    this.outputShape = [window.outHeight, window.outWidth, filters]
    this.output = planActivations(engine, capacity, sizeOf(this.outputShape))
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
    this.takesPooled = context.needsInputGradient
    this.turned = context.needsInputGradient ? engine.matrix(taps * filters, channels) : undefined
    this.workspace = planWorkspace(engine, capacity, window, filters, context.needsInputGradient)
    this.partials = {
      weight: engine.partials(capacity, taps * channels, filters),
      bias: engine.partials(capacity, 1, filters),
    }
  }

  forward(rows: Range): void {
    const { window, workspace, weight, bias } = this
    const { kernels } = this.engine
    kernels.convolve(this.input.value, weight.value, bias.value, this.output.value, window, workspace, rows)
  }

  backward(rows: Range): void {
    const { input, output, weight, turned, window, workspace, partials } = this
    const { kernels } = this.engine
    const x = input.value
    const dy = output.gradient
    const w = weight.value
    const dx = input.gradient
    const { pooled } = output
    if (turned === undefined) kernels.convolveGradient(x, dy, partials, window, workspace, rows)
    else if (pooled)
      kernels.convolvePooledGradients(x, pooled, w, turned, dx, partials, window, workspace, rows)
    else kernels.convolveGradients(x, dy, w, turned, dx, partials, window, workspace, rows)
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
