import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { LayerSpec } from '../../src/nn/specs.ts'
import { numbers } from '../engine/workbench.ts'
import { engineNames } from '../engines.ts'
import { type Bounds, disagreement } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'
import { type Images, outputShape, runLayer } from './imageLayer.ts'

type PoolName = 'maxPool2d' | 'averagePool2d'

const oracle = fixture('conv')

/** A pooling layer and random images, from one pixel up; windows up to the whole image. */
function pools(type: PoolName, grid: boolean): fc.Arbitrary<{ spec: LayerSpec; images: Images }> {
  const small = fc.integer({ min: 1, max: 9 })
  return fc
    .record({
      ...{ height: small, width: small, channels: fc.integer({ min: 1, max: 18 }) },
      ...{ size: fc.integer({ min: 1, max: 4 }), stride: fc.integer({ min: 1, max: 4 }) },
      ...{ rows: small, seed: fc.nat() },
    })
    .map(({ height, width, channels, size, stride, rows, seed }) => {
      const spec: LayerSpec = { type, size: Math.min(size, height, width), stride }
      const shape = [height, width, channels]
      const outputs = outputShape(spec, shape).reduce((a, b) => a * b, 1)
      const x = numbers(rows * height * width * channels, 'x', seed, grid)
      return { spec, images: { shape, rows, x, dy: numbers(rows * outputs, 'dy', seed, grid) } }
    })
}

/** Tests of outputs and input gradient against PyTorch. */
export function poolFollowsPyTorch(type: PoolName, { engine, once }: Bounds): void {
  // "maxPool2d/3/2/7x5x6x5": size, stride; rows, height, width, channels
  it.each(oracle.cases(`${type}/`))(`agrees with PyTorch to ${once}: %s`, (name) => {
    const [, size, stride, sizes = ''] = name.split('/')
    const [rows = 0, ...shape] = sizes.split('x').map(Number)
    const spec: LayerSpec = { type, size: Number(size), stride: Number(stride) }
    const x = oracle.thirtySeconds(`${name}/x`)
    const { y, dx } = runLayer(engine, spec, { rows, shape, x, dy: oracle.thirtySeconds(`${name}/dy`) })
    expect(disagreement(y, oracle.data(`${name}/y`))).toBeLessThan(once)
    expect(disagreement(dx, oracle.data(`${name}/dx`))).toBeLessThan(once)
  })
}

/** Tests of simd beside reference, and of shares of the rows, at random sizes. */
export function poolIsRightAtAnySize(type: PoolName): void {
  it('on the simd engine gives what the reference gives', () => {
    fc.assert(
      fc.property(pools(type, true), ({ spec, images }) => {
        const [got, wanted] = [runLayer('simd', spec, images), runLayer('reference', spec, images)]
        // The largest of multiples of 1/8 is one of them; a third of them is rounded.
        const bound = type === 'maxPool2d' ? 0 : 1e-6
        expect(disagreement(got.y, wanted.y)).toBeLessThanOrEqual(bound)
        expect(disagreement(got.dx, wanted.dx)).toBeLessThanOrEqual(bound)
        expect(got.padding.every((value) => value === 0)).toBe(true)
      }),
      { numRuns: 150 },
    )
  })

  it.each(engineNames)('gives the same bits in shares as at once (%s)', (engine) => {
    fc.assert(
      fc.property(pools(type, false), fc.integer({ min: 2, max: 5 }), ({ spec, images }, threads) => {
        const { y, dx } = runLayer(engine, spec, { ...images, threads })
        const whole = runLayer(engine, spec, images)
        expect({ y, dx }).toEqual({ y: whole.y, dx: whole.dx })
      }),
      { numRuns: 50 },
    )
  })
}
