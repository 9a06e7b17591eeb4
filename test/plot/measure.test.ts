import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measures, settingText } from '../../src/plot/measure.ts'
import { toSvg } from '../../src/plot/render.node.ts'
import { sweepSpec } from '../../src/plot/sweep.ts'
import { texts } from './texts.ts'

describe('settingText', () => {
  it.each<[number, string]>([
    [0, '0'],
    [0.1 + 0.2, '0.3'],
    [0.00001, '0.00001'],
    [1e-7, '1e-7'],
    [60_000, '60,000'],
    [100, '100'],
    [1234.5, '1,234.5'],
    [-2, '−2'],
  ])('%d is %s', (value, text) => {
    expect(settingText(value)).toBe(text)
  })

  it('writes what the axes write', async () => {
    const settings = fc.uniqueArray(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(settings, async (values) => {
        const spec = sweepSpec({
          title: 'T',
          points: values.map((x) => ({ x, series: '', value: null })),
          x: { title: 'x', scale: 'ordinal' },
          y: { measure: 'accuracy' },
        })
        const shown = texts(await toSvg(spec))
        for (const value of values) expect(shown).toContain(settingText(value))
      }),
      { numRuns: 15 },
    )
  })
})

describe('measures', () => {
  it('writes accuracies in percent and losses with four decimals or as powers of ten', () => {
    expect(measures.accuracy.text(0.87736)).toBe('87.74%')
    expect(measures.accuracy.bare(0.5)).toBe('50.00')
    expect(measures.loss.text(0.3704)).toBe('0.3704')
    expect(measures.loss.text(2e-5)).toBe('2.00e-5')
    expect(measures.loss.text(3e38)).toBe('3.00e+38')
    expect(measures.loss.text(0)).toBe('0.0000')
  })
})
