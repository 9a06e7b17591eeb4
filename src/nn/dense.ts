import { checkArgument } from '../base/arguments.ts'
import { shapeMismatch, sizeOf } from '../base/shape.ts'
import { type DenseWorkspace, planDenseWorkspace } from '../engine/denseWorkspace.ts'
import type { Engine } from '../engine/engine.ts'
import type { Range, Tensor } from '../engine/tensor.ts'
import type { Activations, Layer, LayerContext, Parameter } from './layer.ts'
import { planActivations, planParameter } from './layer.ts'
import type { DenseSpec, Initializer } from './specs.ts'

/** A fully connected layer of `units` outputs. Default initializer: Glorot uniform. Biases start at 0. */
export function dense(units: number, options: { readonly initializer?: Initializer } = {}): DenseSpec {
  checkArgument(options, 'object', 'options')
  return { type: 'dense', units, ...options }
}

/**
 * Every output is a weighted sum of all inputs. For a batch of M rows, K inputs and N outputs, x is M x K, the
 * weights W are K x N and the bias b has N values.
 *
 *     forward    y[m,n] = b[n] + sum over k of x[m,k] W[k,n]
 *
 * Let L be the loss, and dy[m,n] = dL / dy[m,n] the gradient from the layer behind. Each gradient is the chain rule: how L
 * depends on y, times how y depends on the variable, summed over every y that the variable affects.
 *
 *     backward   dL / dx[m,k] = sum over n of dy[m,n] W[k,n]      x[m,k] affects all outputs of its own row
 *     gradient   dL / dW[k,n] = sum over m of x[m,k] dy[m,n]      W[k,n] affects output n of every row
 *                dL / db[n]   = sum over m of dy[m,n]
 */
export class Dense implements Layer {
  readonly type = 'dense'
  readonly name: string
  readonly outputShape: readonly number[]
  readonly output: Activations
  readonly parameters: readonly Parameter[]
  protected readonly engine: Engine
  protected readonly x: Tensor
  protected readonly weight: Parameter
  protected readonly bias: Parameter
  protected readonly y: Tensor
  protected readonly dy: Tensor
  private readonly dx: Tensor | undefined
  /** W^T and room for the kernels; undefined if dx is. */
  private readonly workspace: DenseWorkspace | undefined

  /** @param work how much each input takes in `gradient`, if that differs much; see {@link Parameter.work} */
  constructor(spec: DenseSpec, context: LayerContext, work?: ArrayLike<number>) {
    const { engine, name, inputShape } = context
    if (inputShape.length !== 1)
      shapeMismatch(name, inputShape, 'a flat row of numbers (put flatten in front)')
    const inputs = sizeOf(inputShape)
    const outputs = spec.units
    const fan = { fanIn: inputs, fanOut: outputs }
    this.engine = engine
    this.name = name
    this.outputShape = [outputs]
    this.output = planActivations(engine, context.capacity, outputs)
    this.x = context.input.value
    this.y = this.output.value
    this.dy = this.output.gradient
    this.dx = context.inputGradient
    this.weight = planParameter(engine, inputs, outputs, {
      name: `${name}.weight`,
      role: 'weight',
      shape: [inputs, outputs],
      initializer: spec.initializer ?? 'glorotUniform',
      work,
      ...fan,
    })
    this.bias = planParameter(engine, 1, outputs, {
      name: `${name}.bias`,
      role: 'bias',
      shape: [outputs],
      initializer: 'zeros',
      ...fan,
    })
    this.parameters = [this.weight, this.bias]
    this.workspace = this.dx && planDenseWorkspace(engine, this.x, this.dy)
  }

  forward(rows: Range): void {
    const { x, weight, bias, y, workspace } = this
    this.engine.kernels.dense(x, weight.value, bias.value, y, rows, workspace?.inputLists)
  }

  backward(rows: Range): void {
    const { dy, weight, dx, workspace } = this
    if (dx === undefined || workspace === undefined) return
    const { transposed, gradientLists } = workspace
    this.engine.kernels.denseBackward(dy, weight.value, transposed, dx, rows, gradientLists)
  }

  gradient(slices: readonly Range[], batch: number): void {
    const weightRows = slices[0]
    const biasRow = slices[1]
    if (weightRows) this.weightGradient(weightRows, batch)
    if (biasRow && biasRow.end > biasRow.first)
      this.engine.kernels.columnSums(this.dy, this.bias.gradient, batch)
  }

  protected weightGradient(slice: Range, batch: number): void {
    const { x, dy, weight, workspace } = this
    this.engine.kernels.denseGradient(x, dy, weight.gradient, batch, slice, workspace?.inputLists)
  }

  refresh(slices: readonly Range[]): void {
    const weightRows = slices[0]
    if (this.workspace === undefined || weightRows === undefined) return
    this.engine.kernels.transpose(this.weight.value, this.workspace.transposed, weightRows)
  }
}
