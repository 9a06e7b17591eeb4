import { describe, expect, it } from 'vitest'
import { ConfigError, ShapeError } from '../../src/base/errors.ts'
import { type ImportanceFigure, importanceSpec } from '../../src/plot/importance.ts'
import { toSvg } from '../../src/plot/render.node.ts'
import { frozen } from './frozen.ts'
import { hasMargins } from './margins.ts'
import { texts } from './texts.ts'
import { warnings } from './warnings.ts'

const figure: ImportanceFigure = {
  title: 'What matters',
  rows: [
    { label: 'Batch size', share: 0.1 },
    { label: 'Learning rate', share: 0.8 },
    { label: 'Learning rate × batch size', share: 0.0002 },
  ],
  value: { title: 'validation accuracy' },
}

/** Widths of the bars in the order of the file. */
function bars(svg: string): number[] {
  return [...svg.matchAll(/aria-roledescription="bar"[^>]* d="M0,[\d.]+h([\d.]+)/g)].map(([, width]) =>
    Number(width),
  )
}

describe('importanceSpec', () => {
  it('is pure: the same data gives the same specification and stays as it was', () => {
    const input = frozen(structuredClone(figure))
    expect(importanceSpec(input)).toEqual(importanceSpec(structuredClone(input)))
  })

  it('draws the largest share first and what is left last, each with its percentage', async () => {
    const spec = importanceSpec({ ...figure, subtitle: '9 combinations', rest: 'All three axes' })
    expect(warnings(spec)).toEqual([])
    expect(spec.description).toBe(
      'What matters. 9 combinations. Share of the variance of validation accuracy that each axis explains. ' +
        'Learning rate: 80.0%. Batch size: 10.0%. Learning rate × batch size: <0.1%. All three axes: 10.0%.',
    )
    const svg = await toSvg(spec)
    expect(texts(svg)).toEqual(
      expect.arrayContaining(['Learning rate', 'All three axes', '80.0%', '10.0%', '&lt;0.1%']),
    )
    const [rate = 0, batch = 0, , left = 0] = bars(svg)
    expect(rate / batch).toBeCloseTo(8, 3)
    expect(left / batch).toBeCloseTo(0.998, 3)
    expect(await hasMargins(svg)).toBe(true)
  })

  it('draws no rest where the shares sum to 1 but for rounding', () => {
    const rows = [0.1, 0.2, 0.7].map((share, i) => ({ label: `Axis ${i}`, share }))
    const { description } = importanceSpec({ title: 'T', rows })
    expect(description).toContain('that each axis explains. Axis 2: 70.0%. Axis 1: 20.0%. Axis 0: 10.0%.')
    expect(description).not.toContain('Rest')
  })

  it('adds up the smallest of many shares', async () => {
    const rows = Array.from({ length: 21 }, (_, i) => ({
      label: `A pair of axes with rather long names, number ${i}`,
      share: (i + 1) / 231,
    }))
    const spec = importanceSpec({ title: 'T', rows })
    expect(warnings(spec)).toEqual([])
    // By hand: 1 + 2 + ... + 7 = 28 of 231.
    expect(spec.description).toContain('number 7: 3.5%. 7 smaller ones: 12.1%.')
    expect(await hasMargins(await toSvg(spec))).toBe(true)
  })

  it('refuses no rows, a share below 0 and more than the whole', () => {
    expect(() => importanceSpec({ title: 'T', rows: [] })).toThrow(ShapeError)
    expect(() => importanceSpec({ title: 'T', rows: [{ label: 'a', share: -0.1 }] })).toThrow(
      'importance, rows[0]: a share of -0.1; the least is 0.',
    )
    expect(() => importanceSpec({ title: 'T', rows: [{ label: 'a', share: 1.1 }] })).toThrow(ConfigError)
  })
})
