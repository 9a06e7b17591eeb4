import { expect, test } from 'vitest'
import { EngineError } from '../../src/base/errors.ts'
import { bestInTurns, fastestEngine } from '../../src/engine/choose.ts'

test('the best of several rounds decides, taken in turns', () => {
  const order: string[] = []
  const meter = (name: string, speeds: readonly number[]) => {
    const left = [...speeds]
    return () => {
      order.push(name)
      return left.shift() ?? 0
    }
  }
  // Other work slows every round of one of them but one, and none of the other's.
  const meters = [meter('a', [10, 90, 12]), meter('b', [30, 31, 29])] as const
  expect(bestInTurns(meters, 3, 0.01)).toEqual([90, 31])
  expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b'])
})

test('blas is taken where it is clearly faster, and the choice tells by how much', () => {
  const speeds = (blas: number, simd: number) => () => ({ library: 'OpenBLAS (/lib/x.so)', blas, simd })
  expect(fastestEngine(speeds(60, 40))).toMatchObject({ engine: 'blas', ratio: 1.5 })
  expect(fastestEngine(speeds(44, 40))).toMatchObject({
    engine: 'simd',
    ratio: 1.1,
    why: expect.stringContaining('OpenBLAS (/lib/x.so) is not worth it'),
  })
  const missing = () => {
    throw new EngineError('There is no BLAS.')
  }
  expect(fastestEngine(missing)).toEqual({ engine: 'simd', ratio: null, why: 'There is no BLAS.' })
})
