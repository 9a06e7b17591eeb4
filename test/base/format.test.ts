import { expect, test } from 'vitest'
import { duration, percent, plural } from '../../src/base/format.ts'

test('durations', () => {
  const texts = [0.3333, 12.34, 125, 3725.4, Number.POSITIVE_INFINITY].map(duration)
  expect(texts).toEqual(['0.33 s', '12.3 s', '2:05 min', '1:02:05 h', '?'])
})

test('percentages', () => {
  expect(percent(0.87744)).toBe('87.74 %')
})

test('a count and its noun', () => {
  expect([0, 1, 60_000].map((count) => plural(count, 'image'))).toEqual([
    '0 images',
    '1 image',
    '60,000 images',
  ])
})
