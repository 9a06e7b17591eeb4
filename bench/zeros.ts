/**
 * The two gradients of a convolution where a share of the output gradients is not 0: all of them multiplied, or only those
 * listed. `npx tsx bench/zeros.ts`
 */
import { Random } from '../src/base/random.ts'
import { createSimdEngine } from '../src/engine/simd/engine.ts'
import { windowShape } from '../src/engine/windows.ts'
import { planWorkspace } from '../src/engine/workspace.ts'
import { machine } from './machine.ts'
import { fill, micro } from './rates.ts'
import { timeOf } from './statistics.ts'
import { table } from './table.ts'

const IMAGES = 64
const rows = { first: 0, end: IMAGES }
/** Shares of output gradients that are not 0. */
const SHARES = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3] as const

/** The second convolution of the paper's CNN, and others. */
const CASES = [
  { side: 26, channels: 8, filters: 8, padding: 'valid' },
  { side: 14, channels: 16, filters: 32, padding: 'same' },
  { side: 14, channels: 24, filters: 48, padding: 'same' },
  { side: 28, channels: 48, filters: 8, padding: 'valid' },
] as const

/** Microseconds for a batch: all, then with those shares. */
function timesOf({ side, channels, filters, padding }: (typeof CASES)[number]): string[] {
  const shape = windowShape({ height: side, width: side, channels }, { height: 3, width: 3 }, 1, padding)
  const engine = createSimdEngine()
  const [taps, places] = [9 * channels, shape.outHeight * shape.outWidth]
  const [x, dx] = [0, 1].map(() => engine.tensor(IMAGES, side * side * channels))
  const dy = engine.tensor(IMAGES, places * filters)
  const [w, turned] = [engine.matrix(taps, filters), engine.matrix(9 * filters, channels)]
  const partials = {
    weight: engine.partials(IMAGES, taps, filters),
    bias: engine.partials(IMAGES, 1, filters),
  }
  const workspace = planWorkspace(engine, IMAGES, shape, filters, true)
  engine.commit()
  if (x === undefined || dx === undefined) throw new RangeError('there are two')
  const { kernels } = engine
  for (const [i, { block }] of [x, w, turned].entries()) fill(block, i)
  const random = new Random(1, 'zeros')
  const times = [0, ...SHARES].map((share) => {
    dy.block.data.forEach((_, i, data) => {
      data[i] = random.uniform(i) < share ? random.uniform(i) - 0.5 * share : 0
    })
    return timeOf(
      () => {
        if (share > 0) kernels.convolveGradients(x, dy, w, turned, dx, partials, shape, workspace, rows)
        else {
          kernels.convolveGradient(x, dy, partials, shape, workspace, rows)
          kernels.convolveBackward(dy, w, turned, dx, shape, workspace, rows)
        }
      },
      { runs: 15, warmUp: 0.1 },
    ).median
  })
  return [`${side} x ${side} ${padding}, ${channels} -> ${filters}`, ...times.map(micro)]
}

console.log(machine())
console.log('Both gradients of a 3 x 3 convolution, 64 images, one thread, microseconds (medians of 15)')
console.log(
  table(['', 'all', ...SHARES.map((share) => `${Math.round(100 * share)} % not 0`)], CASES.map(timesOf)),
)
