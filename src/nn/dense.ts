import { checkArgument } from '../base/arguments.ts'
import { shapeMismatch, sizeOf } from '../base/shape.ts'
import type { Engine } from '../engine/engine.ts'
import type { Block } from '../engine/memory.ts'
import { planInputLists, planLists } from '../engine/sparseInput.ts'
import type { Matrix, Range } from '../engine/tensor.ts'
import type { Activations, Layer, LayerContext, Parameter } from './layer.ts'
import { planActivations, planParameter } from './layer.ts'
import type { DenseSpec, Initializer } from './specs.ts'

/** A fully connected layer of `units` outputs. Weights start Glorot uniform unless told otherwise, biases at 0. */
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
 * Let L be the loss, and dy[m,n] = dL / dy[m,n] what the layer behind hands back. Each gradient is the chain rule: how
 * L depends on y, times how y depends on the thing itself, summed over every y that it touches.
 *
 *     backward   dL / dx[m,k] = sum over n of dy[m,n] W[k,n]      x[m,k] touches all outputs of its own row
 *     gradient   dL / dW[k,n] = sum over m of x[m,k] dy[m,n]      W[k,n] touches output n of every row
 *                dL / db[n]   = sum over m of dy[m,n]
 *
 * The model's input may be sparse: x[m,k] = z[m,k] - shift[k], with many zeros in z (kernels/denseSparse.ts).
 */
export class Dense implements Layer {
  readonly type = 'dense'
  readonly releasesOutput = true
  readonly name: string
  readonly outputShape: readonly number[]
  readonly output: Activations
  readonly parameters: readonly Parameter[]
  private readonly engine: Engine
  private readonly input: Activations
  private readonly weight: Parameter
  private readonly bias: Parameter
  /** W^T, kept for the backward pass by engines that want it; absent where nobody needs dL / dx. */
  private readonly transposed: Matrix | undefined
  /** Room for lists of the output gradients that are not 0. */
  private readonly lists: Block<Uint8Array> | undefined
  /** The same for the inputs, which are 0 in many places behind a ReLU; the model's own input is `sparse` if it is. */
  private readonly inputLists: Block<Uint8Array> | undefined

  constructor(spec: DenseSpec, context: LayerContext) {
    const { engine, name, inputShape } = context
    if (inputShape.length !== 1)
      shapeMismatch(name, inputShape, 'a flat row of numbers (put flatten in front)')
    const inputs = sizeOf(inputShape)
    const outputs = spec.units
    const fan = { fanIn: inputs, fanOut: outputs }
    this.engine = engine
    this.name = name
    this.input = context.input
    this.outputShape = [outputs]
    this.output = planActivations(engine, context.capacity, outputs)
    this.weight = planParameter(engine, inputs, outputs, {
      name: `${name}.weight`,
      role: 'weight',
      shape: [inputs, outputs],
      initializer: spec.initializer ?? 'glorotUniform',
      work: this.input.sparse?.work,
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
    this.transposed = context.needsInputGradient ? engine.matrix(outputs, inputs) : undefined
    if (!context.needsInputGradient) return
    this.lists = planLists(engine.arena, this.output.gradient)
    this.inputLists = planInputLists(engine.arena, this.input.value, outputs)
  }

  forward(rows: Range): void {
    const { kernels } = this.engine
    const { value, sparse } = this.input
    const weight = this.weight.value
    const bias = this.bias.value
    const y = this.output.value
    if (sparse) kernels.denseSparse(sparse, weight, bias, y, rows)
    else kernels.dense(value, weight, bias, y, rows, this.inputLists)
  }

  backward(rows: Range): void {
    if (this.transposed === undefined) return
    const { kernels } = this.engine
    const dy = this.output.gradient
    const w = this.weight.value
    const dx = this.input.gradient
    kernels.denseBackward(dy, w, this.transposed, dx, rows, this.lists)
  }

  gradient(slices: readonly Range[], batch: number): void {
    const { kernels } = this.engine
    const weightRows = slices[0]
    const biasRow = slices[1]
    const dy = this.output.gradient
    const dw = this.weight.gradient
    const { value, sparse } = this.input
    if (weightRows && sparse) kernels.denseSparseGradient(sparse, dy, dw, batch, weightRows)
    else if (weightRows) kernels.denseGradient(value, dy, dw, batch, weightRows, this.inputLists)
    if (biasRow && biasRow.end > biasRow.first) kernels.columnSums(dy, this.bias.gradient, batch)
  }

  refresh(slices: readonly Range[]): void {
    const weightRows = slices[0]
    if (this.transposed === undefined || weightRows === undefined) return
    this.engine.kernels.transpose(this.weight.value, this.transposed, weightRows)
  }
}
