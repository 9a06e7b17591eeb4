import { expect, test } from 'vitest'
import { groupBy } from '../../src/base/groupBy.ts'

test('items by key, in the order in which keys and items appear', () => {
  const groups = groupBy(['pear', 'fig', 'plum', 'kiwi', 'apple'], (word) => word.length)
  expect([...groups]).toEqual([
    [4, ['pear', 'plum', 'kiwi']],
    [3, ['fig']],
    [5, ['apple']],
  ])
  expect(groupBy([], String).size).toBe(0)
})
