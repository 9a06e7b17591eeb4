import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError, ShapeError } from '../../src/base/errors.ts'
import { type Parallel, parallelSpec } from '../../src/plot/parallel.ts'
import { toSvg } from '../../src/plot/render.node.ts'
import { frozen } from './frozen.ts'
import { hasMargins } from './margins.ts'
import { texts } from './texts.ts'
import { warnings } from './warnings.ts'

/** Scores by hand: 80, 82, ... 94%; the best is the last line. */
const parallel: Parallel = {
  title: 'Search',
  axes: [{ title: 'Learning rate' }, { title: 'Optimizer', settings: ['sgd', 'adam'] }, { title: 'Layers' }],
  lines: [0.01, 0.1].flatMap((rate, i) =>
    ['adam', 'sgd'].flatMap((optimizer, j) =>
      [1, 2].map((layers, k) => ({
        values: [rate, optimizer, layers],
        score: 0.8 + 0.08 * i + 0.04 * j + 0.02 * k,
      })),
    ),
  ),
  value: { measure: 'accuracy', title: 'Validation accuracy' },
}
const orange = /class="mark-line[^"]*"[^>]*>(?:(?!<\/g>).)*stroke="#E69F00"/gs
const dashed = /stroke-dasharray="4,3"/g

/** How often each text is in the list. */
function count(shown: readonly string[], text: string): number {
  return shown.filter((each) => each === text).length
}

describe('parallelSpec', () => {
  it('is pure: the same data gives the same specification and stays as it was', () => {
    const input = frozen(structuredClone(parallel))
    expect(parallelSpec(input)).toEqual(parallelSpec(structuredClone(input)))
  })

  it('writes title, axes, every setting, the ends of the scores and how to read it', async () => {
    const spec = parallelSpec({ ...parallel, subtitle: '5 folds', banner: 'QUICK' })
    expect(warnings(spec)).toEqual([])
    const svg = await toSvg(spec)
    const shown = texts(svg)
    for (const text of [
      'Search',
      '5 folds',
      'QUICK',
      'Learning rate',
      'Optimizer',
      'Layers',
      'Validation accuracy',
      '0.01',
      '0.1',
      'sgd',
      'adam',
      '1',
      '2',
      '80.00%',
      '94.00%',
      '85%',
      '90%',
    ])
      expect(shown).toContain(text)
    expect(shown.join(' ')).toContain('One line for each combination; darker is better.')
    expect(svg.match(dashed)).toBeNull()
    expect(svg.match(orange)).toBeNull()
    expect(await hasMargins(svg)).toBe(true)
  })

  it('says in its alt text how many lines there are, which is best and which was chosen', () => {
    const lines = parallel.lines.map((line, i) => ({ ...line, chosen: i === 0 }))
    expect(parallelSpec({ ...parallel, lines }).description).toBe(
      'Search. Parallel coordinates of Validation accuracy by Learning rate, Optimizer, Layers: 8 lines. ' +
        'The highest, 94.00%, is at Learning rate 0.1, Optimizer sgd, Layers 2. ' +
        'Chosen: 80.00%, at Learning rate 0.01, Optimizer adam, Layers 1.',
    )
  })

  it('draws the chosen line in orange, and says what it is', async () => {
    const lines = parallel.lines.map((line, i) => ({ ...line, chosen: i === 7 }))
    const svg = await toSvg(parallelSpec({ ...parallel, lines }))
    expect(svg.match(orange)).toHaveLength(1)
    expect(texts(svg).join(' ')).toContain(
      'Orange: the chosen one, 94.00%, at Learning rate 0.1, Optimizer sgd, Layers 2.',
    )
  })

  it('draws lines without score dashed, to the reason below all scores', async () => {
    const lines = parallel.lines.map((line, i) =>
      i < 3 ? { ...line, score: i === 0 ? Number.NaN : null, absent: i < 2 ? 'diverged' : 'not run' } : line,
    )
    const spec = parallelSpec({ ...parallel, lines })
    expect(warnings(spec)).toEqual([])
    expect(spec.description).toContain('2 of 8 lines: diverged. 1 of 8 lines: not run.')
    const svg = await toSvg(spec)
    expect(svg.match(dashed)).toHaveLength(3)
    const shown = texts(svg)
    expect(shown).toEqual(expect.arrayContaining(['diverged (2)', 'not run (1)', '86.00%']))
    expect(shown).toContain('Grey and dashed: 2 diverged, 1 not run.')
    expect(await hasMargins(svg)).toBe(true)
  })

  it('takes the lowest loss for the best and writes scores beyond the scale as worse', async () => {
    // Median 0.5, best 0.4: the scale ends at 0.7.
    const lines = [0.4, 0.45, 0.5, 0.55, 9].map((score, i) => ({ values: [i, i, i], score }))
    const axes = ['A', 'B', 'C'].map((title) => ({ title }))
    const spec = parallelSpec({ title: 'T', axes, lines, value: { measure: 'loss' } })
    expect(spec.description).toContain('The lowest, 0.4000, is at A 0, B 0, C 0.')
    expect(texts(await toSvg(spec))).toEqual(expect.arrayContaining(['0.4000', '0.7000 or worse']))
  })

  it('puts the lines through one setting side by side', async () => {
    const lines = [0.1, 0.2, 0.3].map((score) => ({ values: [1], score }))
    const spec = parallelSpec({ ...parallel, axes: [{ title: 'A' }], lines })
    const svg = await toSvg(spec)
    const starts = [...svg.matchAll(/class="mark-line[^>]*><path[^>]* d="M0,([\d.]+)/g)].map(([, y]) =>
      Number(y),
    )
    // Better scores lie higher, 2.4 pixels apart around the middle; the worst is drawn first.
    expect(starts).toEqual([152.4, 150, 147.6])
  })

  it.each([5, 500])('draws %d lines over five axes within its margins', async (n) => {
    const lines = Array.from({ length: n }, (_, i) => ({
      values: [10 ** (-4 + ((i * 0.618) % 3)), i % 7, `choice ${i % 4} with a long name`, i, 1],
      score: 0.5 + ((i * 0.381) % 0.4),
      chosen: i === 3,
    }))
    const axes = ['Learning rate', 'Depth', 'Layers of the network from first to last', 'Index', 'One'].map(
      (title) => ({ title }),
    )
    const spec = parallelSpec({ ...parallel, axes, lines })
    expect(warnings(spec)).toEqual([])
    const svg = await toSvg(spec)
    expect(svg).not.toMatch(/NaN|Infinity/)
    const shown = texts(svg)
    for (const name of [0, 1, 2, 3]) expect(count(shown, `choice ${name} with a long name`)).toBe(2)
    expect(await hasMargins(svg)).toBe(true)
  })

  it('writes every name of a long list', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => ({ values: [`name ${i}`, 1], score: i / 40 }))
    const spec = parallelSpec({ ...parallel, axes: [{ title: 'Name' }, { title: 'B' }], lines })
    const shown = texts(await toSvg(spec))
    for (let i = 0; i < 40; i++) expect(shown).toContain(`name ${i}`)
  })

  it('draws a search that has not run, and one whose scores are all the same', async () => {
    const none = parallel.lines.map((line) => ({ ...line, score: null }))
    const equal = parallel.lines.map((line) => ({ ...line, score: 0.5 }))
    for (const lines of [none, equal, none.slice(0, 1), equal.slice(0, 1)]) {
      const spec = parallelSpec({ ...parallel, lines })
      expect(warnings(spec)).toEqual([])
      const svg = await toSvg(spec)
      expect(svg).not.toMatch(/NaN|Infinity/)
      expect(texts(svg).join(' ')).not.toContain('darker')
    }
  })

  it('draws the best of more lines than can be read, and says so', () => {
    const lines = Array.from({ length: 1500 }, (_, i) => ({ values: [i], score: i < 1400 ? i / 1500 : null }))
    const spec = parallelSpec({ ...parallel, axes: [{ title: 'A' }], lines })
    expect(spec.description).toContain(': 1500 lines.')
    expect(spec.description).toContain('100 of 1500 lines: no score. Drawn: the best 1000 of 1500 lines.')
    expect(JSON.stringify(spec)).not.toContain('no score (')
  })

  it('refuses no lines, no axes, another number of values and settings that an axis cannot show', () => {
    const [line = { values: [], score: 0 }] = parallel.lines
    expect(() => parallelSpec({ ...parallel, lines: [] })).toThrow(ShapeError)
    expect(() => parallelSpec({ ...parallel, axes: [] })).toThrow('there are no axes.')
    expect(() => parallelSpec({ ...parallel, lines: [{ ...line, values: [1] }] })).toThrow(
      'parallel coordinates, lines[0]: 1 values for 3 axes.',
    )
    const axes = [{ title: 'A', scale: 'log' as const }]
    expect(() => parallelSpec({ ...parallel, axes, lines: [{ values: [0], score: 1 }] })).toThrow(ConfigError)
    expect(() => parallelSpec({ ...parallel, axes, lines: [{ values: ['x'], score: 1 }] })).toThrow(
      'A: a log axis cannot show "x". Use an ordinal axis.',
    )
    expect(() => parallelSpec({ ...parallel, axes, lines: [{ values: [Number.NaN], score: 1 }] })).toThrow(
      ShapeError,
    )
  })

  it('accepts any results without a warning of Vega-Lite or a broken number', async () => {
    const setting = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.string({ maxLength: 8 }))
    const line = fc.record({
      values: fc.tuple(setting, fc.double({ min: 1e-9, max: 1e9, noNaN: true })),
      score: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(null, Number.NaN)),
      chosen: fc.boolean(),
    })
    const axes = [{ title: 'A' }, { title: 'B', scale: 'log' as const }]
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 10 }), async (lines) => {
        const spec = parallelSpec({ ...parallel, axes, lines })
        expect(warnings(spec)).toEqual([])
        expect(await toSvg(spec, { embedFonts: false })).not.toMatch(/="[^"]*(NaN|Infinity)/)
      }),
      { numRuns: 25 },
    )
  })
})
