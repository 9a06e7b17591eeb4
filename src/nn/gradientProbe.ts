import { ConfigError } from '../base/errors.ts'
import { type Engine, readTensor, writeTensor } from '../engine/engine.ts'
import type { LayerBuilder } from './buildLayers.ts'
import { type Parameter, sliceOf } from './layer.ts'
import { Model, type ModelSpec } from './model.ts'

/** A batch to check gradients on. */
export interface ProbeBatch {
  /** Row-major: one row of input values an example. */
  readonly inputs: Float64Array
  readonly labels: Uint8Array
  /** If given, the model's input is sparse (`SparseInput`): `inputs` + shift, one shift for each value of a row. */
  readonly shift?: Float64Array
}

/** What does not depend on the batch. */
export interface ProbeModel {
  readonly spec: ModelSpec
  readonly seed: number
  readonly build?: LayerBuilder
}

/** A model on an engine with one fixed batch. */
export class Probe {
  readonly model: Model
  private readonly engine: Engine
  private readonly rows: number

  /** @throws ConfigError, ShapeError if model and batch do not fit */
  constructor(engine: Engine, { spec, seed, build }: ProbeModel, { inputs, labels, shift }: ProbeBatch) {
    this.engine = engine
    this.rows = labels.length
    this.model = new Model(engine, spec, this.rows, {
      ...(build && { build }),
      sparseInput: shift !== undefined,
    })
    const classes = this.model.logits.value.width
    const wrong = labels.find((label) => label >= classes)
    if (wrong !== undefined) {
      throw new ConfigError(`label ${wrong} is none of the model's ${classes} classes.`, {
        where: 'gradient check',
        hint: `Labels are 0 to ${classes - 1}.`,
      })
    }
    engine.commit()
    this.model.initialize(seed)
    Object.assign(this.model.stepContext, { training: true, step: 0, batch: this.rows, seed })
    const { value } = this.model.input
    writeTensor(value, shift ? inputs.map((x, i) => x + (shift[i % value.width] ?? 0)) : inputs)
    if (shift) this.model.sparseInput?.shift.data.set(shift)
    this.model.loss.results.labels.data.set(labels)
  }

  /** The inputs as the engine's precision holds them, without the shift. */
  inputs(): Float64Array {
    const { input, sparseInput } = this.model
    const { value } = input
    const { data: shift } = sparseInput?.shift ?? { data: [] }
    return readTensor(value, this.rows).map((x, i) => x - (shift[i % value.width] ?? 0))
  }

  /** Copies the parameters of another probe, as its engine holds them. */
  follow(other: Probe): void {
    for (const [i, { value }] of this.model.parameters.entries()) {
      const source = other.model.parameters[i]
      if (source) this.engine.load(value, other.engine.store(source.value))
    }
    this.model.refresh()
  }

  /** Mean loss over the batch, computed again from layer `from` on. */
  loss(from: number): number {
    const rows = { first: 0, end: this.rows }
    this.model.forward(rows, undefined, from)
    this.model.loss.run(rows, this.rows)
    let sum = 0
    for (let m = 0; m < this.rows; m++) sum += this.model.loss.results.losses.data[m] ?? 0
    return sum / this.rows
  }

  backward(): void {
    this.model.backward({ first: 0, end: this.rows })
    for (const layer of this.model.layers) {
      layer.gradient(
        layer.parameters.map((parameter) => sliceOf(parameter, 0, 1)),
        this.rows,
      )
    }
  }

  /** The gradient of a parameter, row-major. */
  gradient({ gradient }: Parameter): Float64Array {
    return Float64Array.from(this.engine.store(gradient))
  }

  /** The sides of all kinks on which the outputs lie, from layer `from` on. */
  branches(from: number): string {
    return this.model.layers
      .slice(from)
      .map((layer) => layer.branches?.(this.rows).join('') ?? '')
      .join('|')
  }

  /** Largest difference of the logits from those of another probe, relative to its largest or to 1. */
  outputError(other: Probe): number {
    const theirs = readTensor(other.model.logits.value, this.rows)
    const own = readTensor(this.model.logits.value, this.rows)
    const largest = theirs.reduce((most, z) => Math.max(most, Math.abs(z)), 1)
    const furthest = own.reduce((most, z, i) => Math.max(most, Math.abs(z - (theirs[i] ?? 0))), 0)
    return furthest / largest
  }

  /** Examples with an output on the other side of a kink than in another probe. */
  apartFrom(other: Probe): Set<number> {
    const apart = new Set<number>()
    for (const [l, layer] of this.model.layers.entries()) {
      const [own, theirs] = [layer.branches?.(this.rows), other.model.layers[l]?.branches?.(this.rows)]
      const each = (own?.length ?? 0) / this.rows
      for (const [i, side] of own?.entries() ?? []) if (side !== theirs?.[i]) apart.add(Math.floor(i / each))
    }
    return apart
  }

  /** Central difference at one element, and whether the two sides lie on different branches of a kink. */
  difference(
    parameter: Parameter,
    element: number,
    from: number,
    epsilon: number,
  ): { slope: number; kink: boolean } {
    const { data } = parameter.value.block
    const kept = data[element] ?? 0
    data[element] = kept + epsilon
    const plus = this.loss(from)
    const above = this.branches(from)
    data[element] = kept - epsilon
    const minus = this.loss(from)
    const below = this.branches(from)
    data[element] = kept
    return { slope: (plus - minus) / (2 * epsilon), kink: above !== below }
  }
}
