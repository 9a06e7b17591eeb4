import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError, ShapeError } from '../../src/base/errors.ts'
import { windowShape } from '../../src/engine/windows.ts'
import { backwardWinograd, forwardWinograd } from '../../src/engine/workspace.ts'
import { conv2d } from '../../src/nn/conv2d.ts'
import type { Conv2dSpec } from '../../src/nn/specs.ts'
import { trainingConfig } from '../../src/train/config.ts'
import { numbers, withZeros } from '../engine/workbench.ts'
import { engineNames, fastEngines } from '../engines.ts'
import { disagreement, ENGINES } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'
import { type Images, outputShape, runLayer } from './imageLayer.ts'

const oracle = fixture('conv')
/** "conv2d/same/2/5x5x7x3x8x2x3": padding, stride; rows, height, width, channels, filters, kernel height and width. */
const cases = oracle.cases('conv2d/').map((name) => {
  const [, padding, stride, sizes = ''] = name.split('/')
  const [rows = 0, height = 0, width = 0, channels = 0, filters = 0, tall = 0, wide = 0] = sizes
    .split('x')
    .map(Number)
  const spec = conv2d(filters, tall === wide ? tall : [tall, wide], {
    stride: Number(stride),
    padding: padding === 'same' ? 'same' : 'valid',
  })
  return { name, spec, rows, shape: [height, width, channels], kernel: [tall, wide] }
})

describe.each(ENGINES)('conv2d on the $engine engine', ({ engine, once }) => {
  it.each(cases)(
    `agrees with PyTorch to ${once}, outputs and all three gradients: $name`,
    ({ name, spec, rows, shape }) => {
      const part = (tensor: string) => oracle.thirtySeconds(`${name}/${tensor}`)
      const { y, dx, gradients } = runLayer(engine, spec, {
        ...{ rows, shape, x: part('x'), dy: part('dy'), parameters: [part('w'), part('b')] },
      })
      expect(disagreement(y, oracle.data(`${name}/y`))).toBeLessThan(once)
      expect(disagreement(dx, oracle.data(`${name}/dx`))).toBeLessThan(once)
      expect(disagreement(gradients[0] ?? [], oracle.data(`${name}/dw`))).toBeLessThan(once)
      expect(disagreement(gradients[1] ?? [], oracle.data(`${name}/db`))).toBeLessThan(once)
    },
  )

  // 1 2 3
  // 4 5 6     kernel 1 0     y = 1 + 2 * 5 + 1 = 12, 2 + 2 * 6 + 1 = 15
  // 7 8 9            0 2         4 + 2 * 8 + 1 = 21, 5 + 2 * 9 + 1 = 24
  // With dy = 1, 0, 0, 10 the kernel is laid down once, and ten times one place further down and right.
  it('worked by hand: two weights that are not 0', () => {
    const { y, dx, gradients } = runLayer(engine, conv2d(1, 2), {
      ...{ rows: 1, shape: [3, 3, 1], x: [1, 2, 3, 4, 5, 6, 7, 8, 9], dy: [1, 0, 0, 10] },
      parameters: [[1, 0, 0, 2], [1]],
    })
    expect(y).toEqual([12, 15, 21, 24])
    expect(dx).toEqual([1, 0, 0, 0, 12, 0, 0, 0, 20])
    // x at the place of each weight, once from the first window and ten times from the last.
    expect(gradients).toEqual([[51, 62, 84, 95], [11]])
  })

  it("worked by hand: 'same' with stride 2 on 4 pixels has its one column of zeros behind", () => {
    const { y } = runLayer(engine, conv2d(1, [1, 3], { stride: 2, padding: 'same' }), {
      ...{ rows: 1, shape: [1, 4, 1], x: [1, 2, 3, 4], dy: [0, 0] },
      parameters: [[100, 10, 1], [0]],
    })
    expect(y).toEqual([123, 340])
  })

  it('a 1 x 1 image with a 1 x 1 kernel is a dense layer', () => {
    const { y, dx, gradients } = runLayer(engine, conv2d(2, 1), {
      ...{
        rows: 1,
        shape: [1, 1, 2],
        x: [3, 5],
        dy: [1, -1],
        parameters: [
          [1, 2, 3, 4],
          [10, 20],
        ],
      },
    })
    expect(y).toEqual([28, 46])
    expect(dx).toEqual([-1, -1])
    expect(gradients).toEqual([
      [3, -3, 5, -5],
      [1, -1],
    ])
  })
})

it('the fixtures cover what the kernels could get wrong', () => {
  const all = (value: (one: (typeof cases)[number]) => unknown) => [...new Set(cases.map(value))]
  expect(all(({ rows }) => rows)).toEqual(expect.arrayContaining([1, 4, 5, 7]))
  expect(all(({ shape }) => shape.slice(0, 2).join('x'))).toEqual(
    expect.arrayContaining(['5x7', '9x6', '28x28']),
  )
  expect(all(({ shape }) => shape[2])).toEqual(expect.arrayContaining([1, 2, 3, 5, 8, 10]))
  expect(all(({ spec }) => spec.filters)).toEqual(expect.arrayContaining([1, 3, 5, 8, 12, 16]))
  expect(all(({ kernel }) => kernel.join('x'))).toEqual(expect.arrayContaining(['1x1', '3x3', '5x5', '2x3']))
  for (const padding of ['valid', 'same']) {
    const strides = cases.filter(({ spec }) => spec.padding === padding).map(({ spec }) => spec.stride)
    expect(strides).toEqual(expect.arrayContaining([1, 2, 3]))
  }
})

interface Convolution {
  readonly spec: Conv2dSpec
  readonly images: Images
}

/**
 * Images from 1 x 1 up, kernels up to the whole image and, with padding, beyond. The output gradients of some groups of
 * images are mostly zeros, as behind a max pool.
 */
function convolutions(grid: boolean): fc.Arbitrary<Convolution> {
  const small = fc.integer({ min: 1, max: 9 })
  return fc
    .record({
      ...{ height: small, width: small, channels: fc.integer({ min: 1, max: 10 }) },
      ...{ tall: fc.integer({ min: 1, max: 5 }), wide: fc.integer({ min: 1, max: 5 }) },
      ...{ filters: fc.integer({ min: 1, max: 18 }), stride: fc.integer({ min: 1, max: 4 }) },
      ...{ padding: fc.constantFrom('valid', 'same'), rows: small, seed: fc.nat() },
      zeros: fc.array(fc.constantFrom(0, 0.4, 0.8, 1), { minLength: 3, maxLength: 3 }),
    })
    .map(({ height, width, channels, tall, wide, filters, stride, padding, rows, seed, zeros }) => {
      const kernel = [tall, wide] as const
      const fits = padding === 'same' ? kernel : ([Math.min(tall, height), Math.min(wide, width)] as const)
      const spec = conv2d(filters, fits, { stride, padding: padding === 'same' ? 'same' : 'valid' })
      const shape = [height, width, channels]
      const outputs = outputShape(spec, shape).reduce((a, b) => a * b, 1)
      const taps = fits[0] * fits[1] * channels
      const images = {
        ...{ shape, rows },
        x: numbers(rows * height * width * channels, 'x', seed, grid),
        dy: withZeros(numbers(rows * outputs, 'dy', seed, grid), 4 * outputs, zeros, seed),
        parameters: [numbers(taps * filters, 'w', seed, grid), numbers(filters, 'b', seed, grid)],
      }
      return { spec, images }
    })
}

/** Whether Winograd's algorithm is used: test/nn/winograd.test.ts. Its factors, such as 1/24, round. */
function transforms({ kernelSize, stride, padding, filters }: Conv2dSpec, shape: readonly number[]): boolean {
  const [height = 0, width = 0, channels = 0] = shape
  const [tall, wide] = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize
  const window = windowShape({ height, width, channels }, { height: tall, width: wide }, stride, padding)
  return forwardWinograd(window, filters) || backwardWinograd(window, filters)
}

describe('conv2d of any size', () => {
  // Sums of products of multiples of 1/8 below 2: float32 adds up to 4,000 of them without rounding.
  it.each(fastEngines)(
    'gives exactly what the reference gives, where float32 holds every sum (%s)',
    (engine) => {
      const plain = (values: readonly number[]) => values.map((value) => value + 0)
      fc.assert(
        fc.property(convolutions(true), ({ spec, images }) => {
          fc.pre(!transforms(spec, images.shape))
          const [got, wanted] = [runLayer(engine, spec, images), runLayer('reference', spec, images)]
          expect(plain(got.y)).toEqual(plain(wanted.y))
          expect(plain(got.dx)).toEqual(plain(wanted.dx))
          expect(got.gradients.map(plain)).toEqual(wanted.gradients.map(plain))
          expect(got.padding.every((value) => value === 0)).toBe(true)
        }),
        { numRuns: 150 },
      )
    },
  )

  it.each(engineNames)('gives the same bits in shares as at once (%s)', (engine) => {
    fc.assert(
      fc.property(convolutions(false), fc.integer({ min: 2, max: 5 }), ({ spec, images }, threads) => {
        const { y, dx, gradients } = runLayer(engine, spec, { ...images, threads })
        const whole = runLayer(engine, spec, images)
        expect({ y, dx, gradients }).toEqual({ y: whole.y, dx: whole.dx, gradients: whole.gradients })
      }),
      { numRuns: engine === 'reference' ? 30 : 100 },
    )
  })

  it("has outputs as Keras has: 'valid' whole windows only, 'same' ceil(size / stride)", () => {
    const shape = (stride: number, padding: 'valid' | 'same') =>
      outputShape(conv2d(4, [2, 3], { stride, padding }), [9, 6, 2])
    expect(shape(1, 'valid')).toEqual([8, 4, 4])
    expect(shape(2, 'valid')).toEqual([4, 2, 4])
    expect(shape(3, 'valid')).toEqual([3, 2, 4])
    expect(shape(1, 'same')).toEqual([9, 6, 4])
    expect(shape(2, 'same')).toEqual([5, 3, 4])
    expect(shape(4, 'same')).toEqual([3, 2, 4])
  })
})

describe('conv2d refuses', () => {
  it('a kernel that is larger than its input, one way or the other', () => {
    const build = (kernel: number | [number, number]) => () => outputShape(conv2d(2, kernel), [3, 5, 1])
    expect(build(4)).toThrow(ShapeError)
    expect(build(4)).toThrow(
      'layer "conv2d_1": got an input of 3 x 5 x 1, wants at least the size of its window, 4 x 4.',
    )
    expect(build([1, 6])).toThrow(/"conv2d_1": got an input of 3 x 5 x 1, .* window, 1 x 6\./)
    expect(build([3, 5])).not.toThrow()
  })

  it('what is no image', () => {
    expect(() => outputShape(conv2d(2, 3), [25])).toThrow(
      'layer "conv2d_1": got an input of 25, wants an image of height x width x channels.',
    )
  })

  it.each<[object, string]>([
    [{ filters: 0 }, 'filters: must be a whole number of at least 1, not 0.'],
    [{ filters: 2.5 }, 'filters: must be a whole number of at least 1, not 2.5.'],
    [{ filters: undefined }, 'filters: is missing. It must be a whole number of at least 1.'],
    [{ stride: 0 }, 'stride: must be a whole number of at least 1, not 0.'],
    [{ stride: -1 }, 'stride: must be a whole number of at least 1, not -1.'],
    [{ kernelSize: 0 }, 'kernelSize: must be a whole number of at least 1, or a list of 2, not 0.'],
    [
      { kernelSize: [3] },
      'kernelSize: must be a whole number of at least 1, or a list of 2, not a list of 1.',
    ],
    [{ kernelSize: [3, 3, 3] }, 'kernelSize: must be a whole number of at least 1, or a list of 2, not '],
    [{ kernelSize: [3, 0] }, 'kernelSize[1]: must be a whole number of at least 1, not 0.'],
    [{ padding: -1 }, 'padding: must be valid or same, not -1.'],
    [{ padding: 'full' }, 'padding: there is no "full".'],
  ])('%j, naming the layer and the key', (changes, message) => {
    const layer = { ...conv2d(4, 3), ...changes }
    const parse = () =>
      trainingConfig({
        model: { type: 'layers', layers: [layer, { type: 'flatten' }, { type: 'dense', units: 3 }] },
        optimizer: { type: 'adam' },
      })
    expect(parse).toThrow(ConfigError)
    expect(parse).toThrow(`configuration, model.layers[0].${message}`)
  })
})
