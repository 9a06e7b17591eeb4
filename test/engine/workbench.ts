import { Random } from '../../src/base/random.ts'
import { createEngine } from '../../src/engine/create.ts'
import { type Engine, readTensor, writeTensor } from '../../src/engine/engine.ts'
import { planPixels } from '../../src/engine/gather.ts'
import type { Kernels, PixelRows, RowResults } from '../../src/engine/kernels.ts'
import { type Block, planBytes } from '../../src/engine/memory.ts'
import { planSparse, type SparseInput } from '../../src/engine/sparseInput.ts'
import { type Matrix, paddedRows, type Range, ROW_TILE, share, type Tensor } from '../../src/engine/tensor.ts'

/** What padding holds before a kernel runs: a number that would be seen in any result that it got into. */
const RUBBISH = 1234.5

/** One engine with the operands of one kernel: plan them, call `ready`, run the kernel, read the results. */
export class Workbench {
  readonly engine: Engine
  private readonly fills: (() => void)[] = []

  constructor(engine: string) {
    this.engine = createEngine(engine)
  }

  get kernels(): Kernels {
    return this.engine.kernels
  }

  /** Activations; those without values are for results. All padding is full of rubbish. */
  tensor(rows: number, width: number, values?: ArrayLike<number>): Tensor {
    const tensor = this.engine.tensor(rows, width)
    this.fills.push(() => {
      tensor.block.data.fill(RUBBISH)
      if (values) writeTensor(tensor, values)
    })
    return tensor
  }

  /** A parameter. Its padding is zero, as the engine keeps it. */
  matrix(rows: number, width: number, values?: ArrayLike<number>): Matrix {
    const matrix = this.engine.matrix(rows, width)
    if (values) this.fills.push(() => this.engine.load(matrix, values))
    return matrix
  }

  vector(values: ArrayLike<number>): Block {
    const block = this.engine.values(values.length)
    this.fills.push(() => block.data.set(values))
    return block
  }

  /** An input with the given values and shift. Its room for lists is full of rubbish. */
  sparse(rows: number, width: number, values: ArrayLike<number>, shift: ArrayLike<number>): SparseInput {
    const input = planSparse(this.engine.arena, this.tensor(rows, width, values), this.vector(shift))
    this.fills.push(() => input.lists.data.fill(255))
    return input
  }

  pixels(rows: number, width: number, bytes: Uint8Array): PixelRows {
    const pixels = planPixels(this.engine.arena, rows, width)
    this.fills.push(() => {
      pixels.block.data.fill(255)
      for (let m = 0; m < rows; m++) {
        pixels.block.data.set(bytes.subarray(m * width, (m + 1) * width), m * pixels.stride)
      }
    })
    return pixels
  }

  results(labels: ArrayLike<number>): RowResults {
    const rows = paddedRows(labels.length)
    const results = {
      labels: planBytes(this.engine.arena, rows),
      losses: this.engine.values(rows),
      predictions: planBytes(this.engine.arena, rows),
    }
    this.fills.push(() => results.labels.data.set(Array.from(labels)))
    return results
  }

  ready(): void {
    this.engine.commit()
    for (const fill of this.fills) fill()
  }

  read(what: Tensor | Matrix, rows = what.rows): number[] {
    return 'stride' in what ? [...readTensor(what, rows)] : [...this.engine.store(what)]
  }
}

/** How `count` rows are dealt out to so many threads. */
export function shares(count: number, parts: number, tile = ROW_TILE): Range[] {
  return Array.from({ length: parts }, (_, index) => share(count, index, parts, tile))
}

/** Numbers in (-2, 2) that float32 holds exactly; with `grid` multiples of 1/8, whose sums of products are exact too. */
export function numbers(count: number, purpose: string, seed: number, grid = false): Float64Array {
  const random = new Random(seed, purpose)
  return Float64Array.from({ length: count }, (_, i) =>
    grid ? (random.integer(i, 31) - 15) / 8 : Math.fround(4 * random.uniform(i) - 2),
  )
}

/** The index where two lists of numbers differ first, with their values there; nothing where they are equal. Long lists take `toEqual` seconds. */
export function firstDifference(
  got: readonly number[],
  wanted: readonly number[],
): [index: number, got: number | undefined, wanted: number | undefined] | undefined {
  const length = Math.max(got.length, wanted.length)
  for (let i = 0; i < length; i++) if (!Object.is(got[i], wanted[i])) return [i, got[i], wanted[i]]
  return undefined
}

/** Sets a share of the values to 0: of each run of `length` values its own share, the last one's beyond them. */
export function withZeros(
  values: Float64Array,
  length: number,
  shares: readonly number[],
  seed: number,
): Float64Array {
  const random = new Random(seed, 'zeros')
  return values.map((value, i) => {
    const share = shares[Math.floor(i / length)] ?? shares.at(-1) ?? 0
    return random.uniform(i) < share ? 0 : value
  })
}
