import { describe, expect, it } from 'vitest'
import {
  decimalsOf,
  differenceText,
  memoryText,
  scoreText,
  shareText,
  valueText,
} from '../../../src/report/html/numbers.ts'

describe('numbers', () => {
  it('keeps the decimals that were published', () => {
    expect(decimalsOf({ published: 0.877033, unit: 'accuracy' })).toBe(4)
    expect(decimalsOf({ published: 0.857, unit: 'accuracy' })).toBe(2)
    expect(valueText(0.877033, 'accuracy', 4)).toBe('87.7033\u00a0%')
    expect(valueText(0.45, 'loss', 4)).toBe('0.4500')
    expect(valueText(0.001, 'setting', 2)).toBe('0.001')
    expect(valueText(null, 'loss', 4)).toBe('–')
  })

  it('gives differences a sign, of accuracies in points', () => {
    expect(differenceText(0.0123, 'accuracy', 2)).toBe('+1.23')
    expect(differenceText(-0.0123, 'loss', 4)).toBe('−0.0123')
    expect(differenceText(0.000001, 'accuracy', 2)).toBe('0')
    expect(differenceText(-350, 'setting', 2)).toBe('−350')
  })

  it('writes scores as their metric asks', () => {
    expect(scoreText(0.5, 'validationAccuracy')).toBe('50.00\u00a0%')
    expect(scoreText(0.5, 'testLoss')).toBe('0.5000')
    expect(scoreText(null, 'testLoss')).toBe('–')
    expect(shareText(0.12345, 3)).toBe('12.345\u00a0%')
  })

  it('writes memory', () => {
    expect(memoryText(8.5 * 2 ** 30)).toBe('8.5 GiB')
  })
})
