import { createEngine } from '../../src/engine/create.ts'
import type { EngineName } from '../../src/engine/engine.ts'
import { type Range, share } from '../../src/engine/tensor.ts'
import { buildOptimizer } from '../../src/optim/optimizers.ts'
import type { OptimizerSpec } from '../../src/optim/specs.ts'
import type { Fixture } from '../oracle/fixtures.ts'

export interface Course {
  readonly rows?: number
  readonly width?: number
  readonly start: ArrayLike<number>
  /** The gradient of a step (0 for the first) at the present values; [] for zeros. */
  readonly gradient: (step: number, at: ArrayLike<number>) => ArrayLike<number>
  readonly steps: number
  readonly decay?: number
  readonly isWeight?: boolean
  /** Into how many slices the rows are dealt out, as threads do. */
  readonly threads?: number
  readonly rate?: (step: number) => number
}

/** Follows given gradients with one parameter: its values after every step, and the optimizer's state at the end. */
export function follow(engineName: EngineName, spec: OptimizerSpec, course: Course) {
  const { rows = 1, width = course.start.length, start, gradient, steps, decay = 0, isWeight = true } = course
  const { threads = 1, rate = () => spec.learningRate } = course
  const engine = createEngine(engineName)
  const [w, g] = [engine.matrix(rows, width), engine.matrix(rows, width)]
  const optimizer = buildOptimizer(spec)
  const slots = optimizer.slots.map(() => engine.matrix(rows, width))
  engine.commit()
  engine.load(w, start)
  const slices: Range[] = Array.from({ length: threads }, (_, i) => share(rows, i, threads, 8))
  const values: Float64Array[] = []
  for (let step = 0; step < steps; step++) {
    const given = gradient(step, values.at(-1) ?? start)
    engine.load(g, given.length === 0 ? new Float64Array(rows * width) : given)
    for (const slice of slices) {
      const parameter = { value: w, gradient: g, slots, slice, decay, isWeight }
      optimizer.update(engine.kernels, parameter, rate(step), step + 1)
    }
    values.push(Float64Array.from(engine.store(w)))
  }
  return { values, slots: slots.map((slot) => [...engine.store(slot)]) }
}

/** The fixtures' 10 steps for a parameter of one size: "17x10". */
export function fixtureCourse(oracle: Fixture, size: string): Course & { readonly steps: 10 } {
  const [rows = 0, width = 0] = size.split('x').map(Number)
  const gradients = oracle.data(`${size}/gradients`)
  const gradient = (step: number) => gradients.slice(step * rows * width, (step + 1) * rows * width)
  return { rows, width, start: oracle.data(`${size}/start`), gradient, steps: 10 }
}
