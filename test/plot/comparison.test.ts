import { describe, expect, it } from 'vitest'
import { type Comparison, comparisonSpec } from '../../src/plot/comparison.ts'
import { toSvg } from '../../src/plot/render.node.ts'
import { frozen } from './frozen.ts'
import { hasMargins } from './margins.ts'
import { texts } from './texts.ts'
import { warnings } from './warnings.ts'

const comparison: Comparison = {
  title: 'The paper, repeated',
  rows: [
    { label: 'MLP', values: [0.87, 0.88, 0.89], published: 0.8774 },
    { label: 'CNN', values: [0.9], published: 0.9079 },
    { label: 'Not in the paper', values: [0.91, 0.93], published: null },
    { label: 'Not run', values: [], published: 0.85 },
  ],
  value: { measure: 'accuracy', title: 'Test accuracy' },
}

describe('comparisonSpec', () => {
  it('is pure: the same data gives the same specification and stays as it was', () => {
    expect(comparisonSpec(frozen(comparison))).toEqual(comparisonSpec(structuredClone(comparison)))
  })

  it('draws a row for each experiment with ours, the published value and the difference', async () => {
    const spec = comparisonSpec({ ...comparison, subtitle: 'Fashion-MNIST', banner: 'QUICK' })
    expect(warnings(spec)).toEqual([])
    const svg = await toSvg(spec)
    const shown = texts(svg)
    for (const text of ['The paper, repeated', 'Fashion-MNIST', 'QUICK', 'Test accuracy', 'Ours', 'Paper'])
      expect(shown).toContain(text)
    // By hand: 88.00 - 87.74 and 90.00 - 90.79.
    for (const text of ['MLP', '88.00', '87.74', '+0.26', 'CNN', '90.79', '−0.79', '92.00', '85.00'])
      expect(shown).toContain(text)
    expect(shown.filter((text) => text === '–')).toHaveLength(4)
    expect(shown).toContain('Mean of 1 to 3 seeds; shaded: from their lowest to their highest.')
    expect(shown).toContain('Test accuracy in %; difference in percentage points.')
    expect(await hasMargins(svg)).toBe(true)
  })

  it('draws a dot and a diamond where there is a value, and the range where it was repeated', async () => {
    const svg = await toSvg(comparisonSpec(comparison))
    const marks = svg.slice(0, svg.indexOf('role-legend'))
    expect(marks.match(/<path[^>]*aria-roledescription="point"[^>]*fill="#0072B2"/g)).toHaveLength(3)
    expect(marks.match(/<path[^>]*aria-roledescription="point"[^>]*fill="#D55E00"/g)).toHaveLength(3)
    expect(marks.match(/<line[^>]*stroke="#0072B2"/g)).toHaveLength(2)
  })

  it('says every value in its alt text', () => {
    expect(comparisonSpec(comparison).description).toBe(
      'The paper, repeated. Test accuracy, ours beside the published values. ' +
        'MLP: ours 88.00% (87.00% to 89.00%), Paper 87.74%. CNN: ours 90.00%, Paper 90.79%. ' +
        'Not in the paper: ours 92.00% (91.00% to 93.00%), Paper no value. ' +
        'Not run: ours no value, Paper 85.00%. Ours are means of 1 to 3 seeds.',
    )
  })

  it('stands alone where nothing was published: no column, legend or word of it', async () => {
    const rows = comparison.rows.map((row) => ({ ...row, published: null }))
    const spec = comparisonSpec({ ...comparison, title: 'T', rows })
    expect(warnings(spec)).toEqual([])
    const shown = texts(await toSvg(spec))
    expect(shown).toContain('88.00')
    for (const text of ['Paper', 'Difference']) expect(shown).not.toContain(text)
    expect(spec.description).toMatch(/^T\. Test accuracy\. MLP: 88\.00% \(87\.00% to 89\.00%\)\. CNN/)
  })

  it('draws what is only known as mean and range like the values behind it', () => {
    const values = { mean: 0.92, low: 0.91, high: 0.93, count: 2 }
    const rows = comparison.rows.map((row) => (row.label === 'Not in the paper' ? { ...row, values } : row))
    expect(comparisonSpec({ ...comparison, rows })).toEqual(comparisonSpec(comparison))
  })

  it('compares losses, without percent', async () => {
    const rows = [{ label: 'CNN', values: [0.31, Number.NaN], published: 0.3 }]
    const shown = texts(await toSvg(comparisonSpec({ ...comparison, rows, value: { measure: 'loss' } })))
    expect(shown).toContain('0.3100')
    expect(shown).toContain('+0.0100')
    expect(shown.join(' ')).not.toContain('%')
  })

  it('writes no sign where there is no difference to see', async () => {
    const rows = [{ label: 'CNN', values: [0.900001], published: 0.9 }]
    expect(texts(await toSvg(comparisonSpec({ ...comparison, rows })))).toContain('0.00')
  })

  it('breaks long labels and keeps rows of the same label apart', async () => {
    const label = 'A cross-validated search over twenty-five combinations of learning rate and batch size'
    const rows = [0.8, 0.81].map((value) => ({ label, values: [value], published: 0.8 }))
    const svg = await toSvg(comparisonSpec({ ...comparison, rows }))
    expect(texts(svg)).toContain('81.00')
    expect(texts(svg).filter((text) => text.startsWith('A cross-validated search'))).toHaveLength(2)
    expect(texts(svg)).not.toContain(label)
    expect(await hasMargins(svg)).toBe(true)
  })

  it('draws no rows', async () => {
    const spec = comparisonSpec({ ...comparison, rows: [] })
    expect(warnings(spec)).toEqual([])
    expect(await toSvg(spec, { embedFonts: false })).not.toMatch(/NaN|Infinity/)
  })
})
