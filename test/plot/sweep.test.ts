import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/base/errors.ts'
import { toSvg } from '../../src/plot/render.node.ts'
import { panelsSpec, type Sweep, sweepSpec } from '../../src/plot/sweep.ts'
import { frozen } from './frozen.ts'
import { hasMargins } from './margins.ts'
import { figure14 } from './published.ts'
import { texts } from './texts.ts'
import { warnings } from './warnings.ts'

/** Two series over three learning rates, three seeds each. */
const points = ['Batch 50', 'Batch 400'].flatMap((series, s) =>
  [0.01, 0.1, 0.5].flatMap((x, i) =>
    [0, 0.01, 0.02].map((seed) => ({ x, series, value: 0.8 + 0.02 * i - 0.03 * s + seed })),
  ),
)
const sweep: Sweep = {
  title: 'Learning rate',
  points,
  x: { title: 'Learning rate', scale: 'log' },
  y: { measure: 'accuracy', title: 'Test accuracy' },
}
const areas = /class="mark-area/g
const dotted = /stroke-dasharray="2,3"/g
const dashed = /stroke-dasharray="6,4"/g

describe('sweepSpec', () => {
  it('is pure: the same data gives the same specification and stays as it was', () => {
    const input = frozen({
      ...sweep,
      reference: { label: 'Paper', value: 0.8 },
      marked: { label: 'Best', x: 0.1 },
    })
    expect(sweepSpec(input)).toEqual(sweepSpec(structuredClone(input)))
  })

  it('draws title, axes, a tick at each setting, legend, rules, banner and how to read it', async () => {
    const spec = sweepSpec({
      ...sweep,
      subtitle: '1 epoch',
      banner: 'SYNTHETIC DATA',
      reference: { label: 'Paper', value: 0.8465 },
      marked: { label: 'Best', x: 0.1 },
    })
    expect(warnings(spec)).toEqual([])
    const svg = await toSvg(spec)
    const shown = texts(svg)
    for (const text of [
      'Learning rate',
      'Test accuracy',
      '1 epoch',
      'SYNTHETIC DATA',
      'Paper: 84.65%',
      'Best: 0.1',
      'Batch 50',
      'Batch 400',
      'Mean of 3 seeds; shaded: from their lowest to their highest.',
    ])
      expect(shown).toContain(text)
    expect(shown.filter((text) => /^0\.\d+$/.test(text))).toEqual(['0.01', '0.1', '0.5'])
    expect(svg.match(dashed)).toHaveLength(1)
    expect(svg.match(dotted)).toHaveLength(1)
    expect(await hasMargins(svg)).toBe(true)
  })

  it('says in its alt text what it shows, best and worst of each series', () => {
    const { description } = sweepSpec({ ...sweep, reference: { label: 'Paper', value: 0.8465 } })
    // Means by hand: 0.81, 0.83, 0.85 for batch 50, three points less for batch 400.
    expect(description).toBe(
      'Learning rate. Test accuracy by Learning rate. Batch 50: best 85.00% at 0.5, worst 81.00% at 0.01. ' +
        'Batch 400: best 82.00% at 0.5, worst 78.00% at 0.01. Paper: 84.65%. Values are means of 3 seeds.',
    )
  })

  it('marks what diverged by a cross, also beyond the settings with values, and says so', async () => {
    const diverged = [
      { x: 0.5, series: 'Batch 50' },
      { x: 1, series: 'Batch 400' },
      { x: 1, series: 'Batch 50' },
    ]
    const spec = sweepSpec({ ...sweep, diverged })
    expect(warnings(spec)).toEqual([])
    expect(spec.description).toContain('Batch 50: diverged at 0.5. Batch 400: diverged at 1.')
    const svg = await toSvg(spec)
    expect(svg.match(/d="M-[0-9.]+,-[0-9.]+L[0-9.]+,[0-9.]+M[^"]*"[^>]*stroke-width="2.5"/g)).toHaveLength(3)
    expect(texts(svg)).toContain('A cross at the bottom: a training diverged there, and has no value.')
    expect(await hasMargins(svg)).toBe(true)
  })

  it('takes the lowest loss for the best', () => {
    const losses = [
      { x: 0.1, series: '', value: 0.5 },
      { x: 0.2, series: '', value: 0.4 },
    ]
    const { description } = sweepSpec({ ...sweep, points: losses, y: { measure: 'loss' } })
    expect(description).toContain('best 0.4000 at 0.2, worst 0.5000 at 0.1.')
  })

  it('draws a band for each repeated series, none where nothing was repeated', async () => {
    expect((await toSvg(sweepSpec(sweep))).match(areas)).toHaveLength(2)
    const single = sweepSpec({ ...sweep, points: points.filter((_, i) => i % 3 === 0) })
    const svg = await toSvg(single)
    expect(svg.match(areas)).toBeNull()
    expect(texts(svg).join(' ')).not.toContain('Mean of')
  })

  it('shows the range of a single point as a rule', async () => {
    const one = [0.7, 0.8, 0.9].map((value) => ({ x: 0.1, series: 'Test', value }))
    for (const scale of ['linear', 'log', 'ordinal'] as const) {
      const svg = await toSvg(sweepSpec({ ...sweep, points: one, x: { title: 'x', scale } }))
      const [, length] = /<line [^>]*y2="(-?[\d.]+)"[^>]*stroke="#D55E00"/.exec(svg) ?? []
      expect(Math.abs(Number(length))).toBeGreaterThan(100)
      expect(svg).not.toMatch(/NaN|Infinity/)
    }
  })

  it('breaks the line at a setting without a value', async () => {
    const holes = [1, 2, 3, 4, 5].map((x) => ({
      x,
      series: 'A',
      value: x === 3 ? Number.NaN : 0.5 + x / 100,
    }))
    const svg = await toSvg(sweepSpec({ ...sweep, points: holes }))
    const [, path = ''] = /class="mark-line[^>]*><path[^>]* d="([^"]*)"/.exec(svg) ?? []
    expect(path.match(/M/g)).toHaveLength(2)
    expect(texts(svg)).toContain('3')
  })

  it('puts the settings of an ordinal axis at equal distances', async () => {
    const lambdas = [0, 0.1, 1, 3, 10, 30, 100].map((x) => ({ x, series: 'Test', value: 0.8 }))
    const spec = sweepSpec({ ...sweep, points: lambdas, x: { title: 'λ', scale: 'ordinal' } })
    expect(warnings(spec)).toEqual([])
    const svg = await toSvg(spec)
    const [, path = ''] = /class="mark-line[^>]*><path[^>]* d="([^"]*)"/.exec(svg) ?? []
    const places = [...path.matchAll(/[ML]([\d.]+),/g)].map(([, x]) => Number(x))
    expect(places.slice(1).map((x, i) => Math.round(x - (places[i] ?? 0)))).toEqual(
      Array.from({ length: 6 }, () => 69),
    )
    for (const text of ['0', '0.1', '1', '3', '10', '30', '100']) expect(texts(svg)).toContain(text)
  })

  it('draws published values dashed in the colour of their series, and says so', async () => {
    const both = (of: 'train' | 'test', series: string) =>
      figure14.map((row) => ({ x: row.x, series, value: row[of] }))
    const theirs = [...both('train', 'Training'), ...both('test', 'Test')]
    const spec = sweepSpec({
      ...sweep,
      points: theirs.map((point) => ({ ...point, value: point.value + 0.01 })),
      x: { title: 'Dropout', scale: 'linear' },
      published: { label: 'the paper', points: theirs },
    })
    expect(warnings(spec)).toEqual([])
    const svg = await toSvg(spec)
    for (const colour of ['#0072B2', '#D55E00'])
      expect(svg).toMatch(new RegExp(`<path[^>]*stroke="${colour}"[^>]*stroke-dasharray="5,3"`))
    expect(texts(svg)).toContain('Dashed, with hollow points: the paper.')
    expect(spec.description).toContain('the paper: Test: best 86.93% at 0.1, worst 63.29% at 0.9.')
  })

  it('has room for many series, long labels and 25 settings', async () => {
    const many = Array.from({ length: 12 }, (_, s) =>
      Array.from({ length: 25 }, (_, i) => ({
        x: Number((1e-5 * 1.7 ** i).toPrecision(3)),
        series: `A long label that fills the legend, number ${s}`,
        value: 0.3 + s / 50,
      })),
    ).flat()
    const spec = sweepSpec({ ...sweep, points: many, x: { title: 'Learning rate', scale: 'ordinal' } })
    expect(warnings(spec)).toEqual([])
    const svg = await toSvg(spec)
    expect(texts(svg).filter((text) => text.startsWith('A long label'))).toHaveLength(12)
    expect(texts(svg)).toContain('0.0000491')
    expect(await hasMargins(svg)).toBe(true)
  })

  it('has no legend for one series without a name', async () => {
    const svg = await toSvg(
      sweepSpec({ ...sweep, points: points.slice(0, 9).map((p) => ({ ...p, series: '' })) }),
    )
    expect(svg).not.toContain('role-legend')
  })

  it('draws empty axes where nothing has run', async () => {
    for (const scale of ['linear', 'log', 'ordinal'] as const) {
      const spec = sweepSpec({ ...sweep, points: [], x: { title: 'x', scale } })
      expect(warnings(spec)).toEqual([])
      expect(await toSvg(spec, { embedFonts: false })).not.toMatch(/NaN|Infinity/)
    }
  })

  it('refuses zero on a log axis and settings that are no numbers', () => {
    const zero = [{ x: 0, series: '', value: 0.5 }]
    expect(() => sweepSpec({ ...sweep, points: zero })).toThrow(ConfigError)
    expect(() => sweepSpec({ ...sweep, points: zero })).toThrow('Use a linear or an ordinal axis.')
    expect(() => sweepSpec({ ...sweep, marked: { label: 'Best', x: -1 } })).toThrow(ConfigError)
    expect(() => sweepSpec({ ...sweep, points: [{ x: Number.NaN, series: '', value: 0 }] })).toThrow(
      ConfigError,
    )
  })

  describe('with settings that are names', () => {
    const names = ['sgd', 'momentum', 'adam']
    const named = names.flatMap((x, i) =>
      [0, 0.02].map((seed) => ({ x, series: '', value: 0.8 + i / 50 + seed })),
    )

    it('draws points and their ranges in the order of the names, without lines between them', async () => {
      const spec = sweepSpec({
        ...sweep,
        points: named,
        x: { title: 'Optimizer' },
        marked: { label: 'Chosen', x: 'adam' },
        diverged: [{ x: 'rmsprop', series: '' }],
      })
      expect(warnings(spec)).toEqual([])
      const svg = await toSvg(spec)
      const shown = texts(svg)
      expect(shown.filter((text) => [...names, 'rmsprop'].includes(text))).toEqual([...names, 'rmsprop'])
      expect(shown).toContain('Chosen: adam')
      expect(svg).not.toContain('mark-line')
      expect(svg.match(areas)).toBeNull()
      expect(svg.match(/<line [^>]*stroke="#0072B2"/g)).toHaveLength(3)
      // By hand: means of two seeds are 0.81, 0.83 and 0.85.
      expect(spec.description).toContain('best 85.00% at adam, worst 81.00% at sgd. diverged at rmsprop.')
      expect(await hasMargins(svg)).toBe(true)
    })

    it('takes numbers among names for names, and slants long ones', async () => {
      const long = 'a choice with quite a long name, "quoted" \\ too'
      const points = [0.1, long, 'none', 'c', 'd', 'e'].map((x) => ({ x, series: 'Test', value: 0.5 }))
      const svg = await toSvg(sweepSpec({ ...sweep, points, x: { title: 'Penalty', scale: 'ordinal' } }))
      expect(texts(svg)).toEqual(expect.arrayContaining(['0.1', 'none', long]))
      expect(await hasMargins(svg)).toBe(true)
    })

    it('refuses them on an axis of numbers', () => {
      expect(() => sweepSpec({ ...sweep, points: named, x: { title: 'Optimizer', scale: 'log' } })).toThrow(
        'Optimizer: a log axis cannot show "sgd". Use an ordinal axis.',
      )
    })
  })

  it('accepts any results without a warning of Vega-Lite or a broken number', async () => {
    const point = fc.record({
      x: fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      series: fc.constantFrom('Training', 'Test', 'a'),
      value: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(null, Number.NaN)),
    })
    const scale = fc.constantFrom('linear' as const, 'log' as const, 'ordinal' as const)
    await fc.assert(
      fc.asyncProperty(fc.array(point, { maxLength: 10 }), scale, async (any, axis) => {
        const spec = sweepSpec({ ...sweep, points: any, x: { title: 'x', scale: axis } })
        expect(warnings(spec)).toEqual([])
        expect(await toSvg(spec, { embedFonts: false })).not.toMatch(/NaN|Infinity/)
      }),
      { numRuns: 25 },
    )
  })
})

describe('panelsSpec', () => {
  it('draws measures side by side, each with its axis, values to compare with and one way to read them', async () => {
    const { points, x } = sweep
    const published = { label: 'the paper', points: [{ x: 0.1, series: 'Batch 50', value: 0.5 }] }
    const spec = panelsSpec({
      title: 'Two',
      x,
      panels: [
        { points, y: { measure: 'accuracy' }, published },
        { points, y: { measure: 'loss' }, published },
      ],
    })
    expect(warnings(spec)).toEqual([])
    const svg = await toSvg(spec)
    const shown = texts(svg)
    expect(shown).toEqual(
      expect.arrayContaining(['Accuracy', 'Loss (cross-entropy)', 'Batch 50', 'Batch 400']),
    )
    expect(shown.filter((text) => text === 'Dashed, with hollow points: the paper.')).toHaveLength(1)
    expect(spec.description).toContain('the paper: Batch 50: 50.00% at 0.1.')
    expect(spec.description).toContain('the paper: Batch 50: 0.5000 at 0.1.')
    expect(await hasMargins(svg)).toBe(true)
  })
})
