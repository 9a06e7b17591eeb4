import { createEngine } from '../../src/engine/create.ts'
import { type Engine, writeTensor } from '../../src/engine/engine.ts'
import { sliceOf } from '../../src/nn/layer.ts'
import { Model, type ModelOptions, type ModelSpec } from '../../src/nn/model.ts'

export interface Network {
  readonly engine: Engine
  readonly model: Model
  /** Forward, loss and all gradients for a batch; returns the mean loss. */
  readonly pass: (inputs: ArrayLike<number>, labels: readonly number[]) => number
  /** A parameter or its gradient by name, row-major. */
  readonly parameter: (name: string) => number[]
  readonly gradient: (name: string) => number[]
}

/** A model with the given parameters, or those of seed 1, ready to compute. */
export function network(
  engineName: string,
  spec: ModelSpec,
  capacity: number,
  parameters: Readonly<Record<string, readonly number[]>> = {},
  options: ModelOptions = {},
): Network {
  const engine = createEngine(engineName)
  const model = new Model(engine, spec, capacity, options)
  engine.commit()
  model.initialize(1)
  for (const { name, value } of model.parameters) {
    const values = parameters[name]
    if (values) engine.load(value, values)
  }
  model.refresh()
  const find = (name: string) => {
    const found = model.parameters.find((parameter) => parameter.name === name)
    if (found === undefined) throw new Error(`The model has no "${name}".`)
    return found
  }
  return {
    engine,
    model,
    pass(inputs, labels) {
      const rows = { first: 0, end: labels.length }
      writeTensor(model.input.value, inputs)
      model.loss.results.labels.data.set(labels)
      model.stepContext.batch = labels.length
      model.forward(rows)
      model.loss.run(rows, labels.length)
      model.backward(rows)
      for (const layer of model.layers) {
        layer.gradient(
          layer.parameters.map((parameter) => sliceOf(parameter, 0, 1)),
          labels.length,
        )
      }
      const losses = Float64Array.from(model.loss.results.losses.data.subarray(0, labels.length))
      return losses.reduce((sum, loss) => sum + loss, 0) / labels.length
    },
    parameter: (name) => [...engine.store(find(name).value)],
    gradient: (name) => [...engine.store(find(name).gradient)],
  }
}
