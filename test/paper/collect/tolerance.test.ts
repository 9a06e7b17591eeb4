import { describe, expect, it } from 'vitest'
import { judge, tolerances } from '../../../src/paper/collect/tolerance.ts'

describe('judge', () => {
  it.each([
    // Half a point, the border included: 0.862 - 0.857 is 0.0050000000000000044.
    ['accuracy', 0.857, 0.862, 'reproduced'],
    ['accuracy', 0.857, 0.852, 'reproduced'],
    ['accuracy', 0.857, 0.8621, 'higher'],
    ['accuracy', 0.857, 0.8519, 'lower'],
    ['loss', 0.37, 0.389, 'reproduced'],
    ['loss', 0.37, 0.391, 'higher'],
    ['loss', 0.37, 0.349, 'lower'],
    ['setting', 0.2, 0.2, 'reproduced'],
    ['setting', 0.2, 0.1, 'lower'],
    ['setting', 400, 600, 'higher'],
  ] as const)('%s: the paper %d, ours %d: %s', (unit, paper, ours, verdict) => {
    expect(judge({ unit, paper, ours }, null)).toBe(verdict)
  })

  it('a number within the range of our seeds is reproduced, however far the mean', () => {
    const far = { unit: 'accuracy', paper: 0.9, ours: 0.88 } as const
    expect(judge(far, { low: 0.87, high: 0.9 })).toBe('reproduced')
    expect(judge(far, { low: 0.87, high: 0.8999 })).toBe('lower')
  })

  it('the tolerances are the ones that are documented', () => {
    expect(tolerances).toEqual({ accuracy: 0.005, loss: 0.02, setting: 0 })
  })
})
