import { expect, test } from 'vitest'
import { bestInTurns } from '../../src/engine/choose.ts'

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
