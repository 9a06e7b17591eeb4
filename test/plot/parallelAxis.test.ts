import { describe, expect, it } from 'vitest'
import { roundNumbers, verticalAxis } from '../../src/plot/parallelAxis.ts'

function labels(settings: readonly (number | string)[], height = 300): string[] {
  return verticalAxis(settings, undefined, height, 'A').ticks.flatMap(({ lines }) => lines)
}

describe('verticalAxis', () => {
  it('lets numbers rise and puts names from top to bottom', () => {
    const numbers = verticalAxis([1, 2, 3], undefined, 300, 'A')
    expect([1, 2, 3].map(numbers.place)).toEqual([284, 150, 16])
    const names = verticalAxis(['a', 'b', 'c'], undefined, 300, 'A')
    expect(['a', 'b', 'c'].map(names.place)).toEqual([16, 150, 284])
    expect(names.gap).toBe(134)
  })

  it('puts a factor at the same distance everywhere on a log axis', () => {
    const { place } = verticalAxis([0.001, 0.01, 0.1], 'log', 300, 'A')
    expect(place(0.001) - place(0.01)).toBeCloseTo(place(0.01) - place(0.1), 9)
  })

  it('puts one setting in the middle', () => {
    expect(verticalAxis([7, 7], undefined, 300, 'A').place(7)).toBe(150)
  })

  it('writes every one of a few numbers, of many the ends and round numbers', () => {
    expect(labels([32, 64, 128]).sort()).toEqual(['128', '32', '64'])
    const many = Array.from({ length: 100 }, (_, i) => 3.21987 + i)
    expect(labels(many)).toEqual(['3.22', '102', '20', '40', '60', '80'])
  })

  it('writes as many digits as tell the numbers apart', () => {
    expect(labels([0.12341, 0.12342]).sort()).toEqual(['0.12341', '0.12342'])
    expect(labels([0.123456789, 0.2])).toContain('0.123')
  })

  it('leaves out labels that would run into one another', () => {
    expect(labels([0, 0.3, 0.31, 1]).sort()).toEqual(['0', '0.3', '1'])
  })
})

describe('roundNumbers', () => {
  it('are multiples of 1, 2 or 5 times a power of ten', () => {
    expect(roundNumbers([0, 1], 'linear')).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(roundNumbers([0.82, 0.847], 'linear')).toEqual([0.82, 0.83, 0.84])
    expect(roundNumbers([-30, 40], 'linear')).toEqual([-20, 0, 20, 40])
    expect(roundNumbers([5, 5], 'linear')).toEqual([])
  })

  it('are powers of ten first on a log axis', () => {
    expect(roundNumbers([0.003, 0.2], 'log')).toEqual([0.01, 0.1, 0.02, 0.2, 0.005, 0.05])
  })
})
