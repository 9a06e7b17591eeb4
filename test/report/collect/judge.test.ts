import { describe, expect, it } from 'vitest'
import { judge } from '../../../src/report/collect/judge.ts'
import { publishedFrom } from '../partResults.ts'

const { tolerance } = publishedFrom({})

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
  ] as const)('%s: published %d, ours %d: %s', (unit, published, ours, verdict) => {
    expect(judge({ unit, published, ours }, null, tolerance)).toBe(verdict)
  })

  it('a number within the range of our seeds is reproduced, however far the mean', () => {
    const far = { unit: 'accuracy', published: 0.9, ours: 0.88 } as const
    expect(judge(far, { low: 0.87, high: 0.9 }, tolerance)).toBe('reproduced')
    expect(judge(far, { low: 0.87, high: 0.8999 }, tolerance)).toBe('lower')
  })

  it('goes by the tolerance of the publication; a setting has none', () => {
    const wide = { accuracy: 0.1, loss: 1 }
    expect(judge({ unit: 'accuracy', published: 0.9, ours: 0.81 }, null, wide)).toBe('reproduced')
    expect(judge({ unit: 'loss', published: 0.9, ours: 0.2 }, null, wide)).toBe('reproduced')
    expect(judge({ unit: 'setting', published: 0.9, ours: 0.91 }, null, wide)).toBe('higher')
  })

  it('the default tolerance is half a percentage point, and 0.02 of loss', () => {
    expect(tolerance).toEqual({ accuracy: 0.005, loss: 0.02 })
    expect(publishedFrom({ tolerance: { loss: 0.1 } }).tolerance).toEqual({ accuracy: 0.005, loss: 0.1 })
  })
})
