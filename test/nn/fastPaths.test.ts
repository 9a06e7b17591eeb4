import { beforeEach, describe, expect, it, vi } from 'vitest'
import { windowShape } from '../../src/engine/windows.ts'
import { backwardWinograd, forwardWinograd } from '../../src/engine/workspace.ts'
import { conv2d } from '../../src/nn/conv2d.ts'
import { dense } from '../../src/nn/dense.ts'
import { maxPool2d } from '../../src/nn/maxPool2d.ts'
import { calls, forget, way } from '../engine/paths.ts'
import { disagreement, ENGINES } from '../oracle/agreement.ts'
import { type Fixture, fixture } from '../oracle/fixtures.ts'
import { type Results, runLayer } from './imageLayer.ts'

vi.mock('../../src/engine/simd/module.ts', async (original) =>
  (await import('../engine/paths.ts')).watchedModule(await original()),
)
vi.mock('../../src/engine/simd/sparse.ts', async (original) =>
  (await import('../engine/paths.ts')).steeredSparse(await original()),
)
vi.mock('../../src/engine/workspace.ts', async (original) =>
  (await import('../engine/paths.ts')).steeredWorkspace(await original()),
)

const fast = fixture('fast')
beforeEach(forget)

/** Compares outputs and gradients with PyTorch's, as far as the fixture has them. */
function follows({ y, dx, gradients }: Results, oracle: Fixture, name: string, bound: number): void {
  expect(disagreement(y, oracle.data(`${name}/y`))).toBeLessThan(bound)
  expect(disagreement(dx, oracle.data(`${name}/dx`))).toBeLessThan(bound)
  for (const [i, gradient] of gradients.entries())
    expect(disagreement(gradient, oracle.data(`${name}/${['dw', 'db'][i]}`))).toBeLessThan(bound)
}

const sizesOf = (name: string): number[] =>
  name
    .slice(name.lastIndexOf('/') + 1)
    .split('x')
    .map(Number)
const zerosIn = (values: ArrayLike<number>): number =>
  Array.from(values).filter((value) => value === 0).length / values.length

describe.each(ENGINES)('dense with an input of mostly zeros, on the $engine engine', ({ engine, once }) => {
  // BLAS is quicker with the zeros, and has no other products: it takes the input as it is.
  const ways = engine === 'blas' ? [false] : [true, false]

  it.each(fast.cases('dense/').flatMap((name) => ways.map((sparse) => ({ name, sparse }))))(
    `agrees with PyTorch to ${once}: $name, left out $sparse`,
    ({ name, sparse }) => {
      const [rows = 0, inputs = 0, outputs = 0] = sizesOf(name)
      const part = (tensor: string) => fast.thirtySeconds(`${name}/${tensor}`)
      const [z, shift, dy] = [part('z'), part('shift'), part('dy')]
      if (z.length > 50) expect(zerosIn(z)).toBeGreaterThan(0.4)
      const images = { rows, shape: [inputs], dy, parameters: [part('w'), part('b')] }
      const results = sparse
        ? runLayer(engine, dense(outputs), { ...images, x: z, shift })
        : runLayer(engine, dense(outputs), {
            ...images,
            x: z.map((value, i) => value - (shift[i % inputs] ?? 0)),
          })
      follows(results, fast, name, once)
      if (engine !== 'simd') return
      expect(calls('sparseProduct', 'sparseProductGradient')).toBe(sparse ? 2 : 0)
      // What a layer of 32 outputs and more than 120 inputs hands back comes from lists, too.
      expect(calls('productOfZeros')).toBe(name === 'dense/3x121x32' ? 1 : 0)
      expect(calls('product')).toBe(2 - (sparse ? 1 : 0) - calls('productOfZeros'))
    },
  )
})

interface Convolution {
  readonly oracle: Fixture
  readonly name: string
  readonly kernel: readonly [number, number]
  readonly stride: number
  readonly padding: 'valid' | 'same'
  readonly rows: number
  readonly shape: readonly [number, number, number]
  readonly filters: number
  /** Shares of zeros in the output gradients of each four images. */
  readonly zeros: readonly number[]
}

/** "conv2d/same/0.8+0.0/5x4x4x8x12", and of the other fixture "conv2d/same/2/5x5x7x3x8x2x3", which has no zeros. */
const convolutions = [fast, fixture('conv')].flatMap((oracle) =>
  oracle.cases('conv2d/').map((name): Convolution => {
    const [, padding, about = ''] = name.split('/')
    const [rows = 0, height = 0, width = 0, channels = 0, filters = 0, tall = 3, wide = 3] = sizesOf(name)
    return {
      ...{ oracle, name, kernel: [tall, wide], rows, shape: [height, width, channels], filters },
      padding: padding === 'same' ? 'same' : 'valid',
      stride: oracle === fast ? 1 : Number(about),
      zeros: oracle === fast ? about.split('+').map(Number) : [0],
    }
  }),
)

/** Which ways of Winograd's algorithm a shape is made for: forward, back. Asked where nothing is steered. */
function suits({
  shape: [height, width, channels],
  kernel: [tall, wide],
  stride,
  padding,
  filters,
}: Convolution) {
  const window = windowShape({ height, width, channels }, { height: tall, width: wide }, stride, padding)
  return [forwardWinograd(window, filters), backwardWinograd(window, filters)] as const
}

it('the fixtures have shapes that Winograd’s algorithm is chosen for both ways, one way, and not at all', () => {
  const shapes = new Set(convolutions.map((one) => suits(one).join()))
  expect(shapes).toEqual(new Set(['true,true', 'true,false', 'false,true', 'false,false']))
})

const choices = [
  { title: 'as shapes and data decide', choice: {} },
  { title: 'without Winograd', choice: { winograd: false } },
  { title: 'lists of what is not 0, always', choice: { lists: true } },
  { title: 'lists, without Winograd', choice: { lists: true, winograd: false } },
  { title: 'no lists', choice: { lists: false } },
  { title: 'neither', choice: { lists: false, winograd: false } },
] as const

describe.each(ENGINES)('conv2d in all of its ways, on the $engine engine', ({ engine, once }) => {
  const ways = engine === 'reference' ? choices.slice(0, 1) : choices

  it.each(
    ways.flatMap(({ title, choice }) => convolutions.map((one) => ({ title, choice, one, name: one.name }))),
  )(`agrees with PyTorch to ${once}: $title, $name`, ({ choice, one }) => {
    const { oracle, name, kernel, stride, padding, rows, shape, filters } = one
    const part = (tensor: string) => oracle.thirtySeconds(`${name}/${tensor}`)
    const [forward, back] = suits(one)
    Object.assign(way, choice)
    const results = runLayer(engine, conv2d(filters, kernel, { stride, padding }), {
      ...{ rows, shape, x: part('x'), dy: part('dy'), parameters: [part('w'), part('b')] },
    })
    follows(results, oracle, name, once)

    // Of blas, convolutions of up to 8 filters are those of simd.
    if (engine === 'reference' || (engine === 'blas' && Math.max(filters, shape[2]) > 8)) return
    const groups = Math.ceil(rows / 4)
    const byData = (i: number) => (one.zeros[i] ?? 0) > 0.5 && 3 * shape[2] >= 24
    const listed = Array.from({ length: groups }, (_, i) => way.lists ?? byData(i)).filter(Boolean).length
    const images = 4 * groups
    expect(calls('sparseGradients')).toBe(4 * listed)
    expect(calls('convolveGradient')).toBe(images - 4 * listed)
    const winograd = way.winograd ?? true
    const transformed = (winograd && forward ? images : 0) + (winograd && back ? images - 4 * listed : 0)
    expect(calls('winograd')).toBe(transformed)
  })
})

describe.each(ENGINES)(
  'a max pool that does the work of the ReLU in front of it, on the $engine engine',
  (bounds) => {
    const { engine, once } = bounds

    it.each(fast.cases('reluPool/'))(`agrees with PyTorch to ${once}: %s`, (name) => {
      const [, size, stride] = name.split('/')
      const [rows = 0, ...shape] = sizesOf(name)
      const [x, dy] = [fast.thirtySeconds(`${name}/x`), fast.thirtySeconds(`${name}/dy`)]
      const spec = maxPool2d(Number(size), { stride: Number(stride) })
      follows(runLayer(engine, spec, { rows, shape, x, dy, rectifies: true }), fast, name, once)
      if (engine !== 'reference') expect(calls('maxPool', 'maxPoolBackward')).toBe(2)
      // Without the ReLU, negative values would be the largest somewhere.
      expect(runLayer(engine, spec, { rows, shape, x, dy }).dx).not.toEqual([...fast.data(`${name}/dx`)])
    })
  },
)
