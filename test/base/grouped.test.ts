import { expect, it } from 'vitest'
import { grouped } from '../../src/base/grouped.ts'

it.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [118282, '118,282'],
  [61234000, '61,234,000'],
  [999.6, '1,000'],
  [-1234, '-1,234'],
  [-123, '-123'],
])('%d is written as %s', (value, text) => {
  expect(grouped(value)).toBe(text)
})
