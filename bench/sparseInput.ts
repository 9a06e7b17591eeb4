/**
 * Where leaving out zeros pays, and how right it is: `npx tsx bench/sparseInput.ts`. The first layer's forward product and weight
 * gradient, sparse and dense in turns, and the error of both against the reference engine in float64.
 */
import { Random } from '../src/base/random.ts'
import { type Engine, readTensor } from '../src/engine/engine.ts'
import { createReferenceEngine } from '../src/engine/reference/engine.ts'
import { createSimdEngine } from '../src/engine/simd/engine.ts'
import { planSparse } from '../src/engine/sparseInput.ts'
import { machine } from './machine.ts'
import { planDense } from './products.ts'
import { all, micro } from './rates.ts'
import { spreadOf, timeOf } from './statistics.ts'
import { table } from './table.ts'

interface Case {
  readonly rows: number
  readonly inputs: number
  readonly outputs: number
  /** Share of pairs of neighbours, along a row as down a column, that are both 0. */
  readonly zeros: number
}

const SHIFT = 1
const ROUNDS = 15

function build(engine: Engine, { rows, inputs, outputs, zeros }: Case) {
  const layer = planDense(engine, rows, inputs, outputs)
  const sparse = planSparse(engine.arena, engine.tensor(rows, inputs), engine.values(inputs))
  engine.commit()
  const random = new Random(1, 'bench sparse')
  const { x, w, b, y, dy, dw } = layer
  engine.load(
    w,
    Float32Array.from({ length: inputs * outputs }, (_, i) => random.normal(i)),
  )
  engine.load(b, new Float32Array(outputs))
  sparse.shift.data.fill(SHIFT)
  // Squares of 2 x 2 are either all 0 or not at all, so that pairs of both kinds are 0 as often as elements are.
  for (let m = 0; m < rows; m++) {
    for (let k = 0; k < inputs; k++) {
      const zero = random.uniform((m >> 1) * inputs + (k >> 1)) < zeros
      const value = zero ? 0 : Math.fround(1 + random.uniform(m * inputs + k))
      sparse.value.block.data[m * x.stride + k] = value
      x.block.data[m * x.stride + k] = value - SHIFT
    }
    for (let n = 0; n < outputs; n++)
      dy.block.data[m * dy.stride + n] = Math.fround(random.normal(m * outputs + n))
  }
  const { kernels } = engine
  return {
    dense: () => kernels.dense(x, w, b, y, all(x)),
    sparse: () => kernels.denseSparse(sparse, w, b, y, all(x)),
    denseGradient: () => kernels.denseGradient(x, dy, dw, rows, all(w)),
    sparseGradient: () => kernels.denseSparseGradient(sparse, dy, dw, rows, all(w)),
    output: () => readTensor(y),
    gradient: () => engine.store(dw),
  }
}

/** Largest difference, relative to the largest value. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0
  let size = 0
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs((a[i] ?? 0) - (b[i] ?? 0)))
    size = Math.max(size, Math.abs(b[i] ?? 0))
  }
  return most / size
}

function measure(name: string, how: Case): string[] {
  const ours = build(createSimdEngine(), how)
  const right = build(createReferenceEngine(), how)
  right.dense()
  right.denseGradient()
  const [y, dw] = [right.output(), right.gradient()]
  const errorOf = (run: () => void, result: () => ArrayLike<number>, wanted: ArrayLike<number>): number => {
    run()
    return difference(result(), wanted)
  }
  const errors = [
    ...[ours.dense, ours.sparse].map((run) => errorOf(run, ours.output, y)),
    ...[ours.denseGradient, ours.sparseGradient].map((run) => errorOf(run, ours.gradient, dw)),
  ]
  const quick = { runs: 1, warmUp: 0.02 }
  const rounds = Array.from({ length: ROUNDS }, () =>
    [ours.dense, ours.sparse, ours.denseGradient, ours.sparseGradient].map((run) => timeOf(run, quick).least),
  )
  const times = [0, 1, 2, 3].map((i) => spreadOf(rounds.map((round) => round[i] ?? 0)).least)
  const [a = 1, b = 1, c = 1, d = 1] = times
  return [
    name,
    ...times.map(micro),
    (b / a).toFixed(2),
    (d / c).toFixed(2),
    ((b + d) / (a + c)).toFixed(2),
    errors.map((error) => error.toExponential(0)).join(' '),
  ]
}

const rows: string[][] = []
for (const zeros of [0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8])
  rows.push(
    measure(`400 x 784 x 128, ${100 * zeros} % of pairs 0`, { rows: 400, inputs: 784, outputs: 128, zeros }),
  )
for (const batch of [4, 8, 16, 32, 64, 128])
  rows.push(measure(`${batch} x 784 x 128, 40 %`, { rows: batch, inputs: 784, outputs: 128, zeros: 0.4 }))
for (const outputs of [16, 32, 64, 512, 1024])
  rows.push(measure(`400 x 784 x ${outputs}, 40 %`, { rows: 400, inputs: 784, outputs, zeros: 0.4 }))
rows.push(measure(`400 x 3072 x 128, 40 %`, { rows: 400, inputs: 3072, outputs: 128, zeros: 0.4 }))

console.log(`${machine()}\n`)
console.log(
  table(
    ['us', 'dense', 'sparse', 'gradient', 'sparse', 'forward takes', 'gradient takes', 'both', 'errors'],
    rows,
  ),
)
