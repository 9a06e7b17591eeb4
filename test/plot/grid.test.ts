import { describe, expect, it } from 'vitest'
import { ShapeError } from '../../src/base/errors.ts'
import { type Grid, gridSpec } from '../../src/plot/grid.ts'
import { toSvg } from '../../src/plot/render.node.ts'
import { frozen } from './frozen.ts'
import { hasMargins } from './margins.ts'
import { figure13 } from './published.ts'
import { texts } from './texts.ts'
import { warnings } from './warnings.ts'

const grid: Grid = {
  title: 'Figure 13',
  cells: figure13,
  x: { title: 'Learning rate' },
  y: { title: 'Batch size (images)' },
  value: { measure: 'accuracy', title: 'Validation accuracy' },
}
const outline = /<path[^>]*stroke="#E69F00"/g
const dashed = /<path[^>]*stroke-dasharray="4,3"/g

describe('gridSpec', () => {
  it('is pure: the same data gives the same specification and stays as it was', () => {
    const input = frozen({ ...grid, marked: { label: 'Paper', x: 0.01, y: 50 } })
    expect(gridSpec(input)).toEqual(gridSpec(structuredClone(input)))
  })

  it('writes every mean and deviation, both axes in the order of the cells, and how to read it', async () => {
    const spec = gridSpec({ ...grid, subtitle: '5 folds', banner: 'QUICK' })
    expect(warnings(spec)).toEqual([])
    const svg = await toSvg(spec)
    const shown = texts(svg)
    for (const { mean, std } of figure13) {
      expect(shown).toContain((100 * mean).toFixed(2))
      expect(shown).toContain(`±${(100 * std).toFixed(2)}`)
    }
    for (const text of ['Figure 13', '5 folds', 'QUICK', 'Learning rate', 'Batch size (images)'])
      expect(shown).toContain(text)
    expect(shown).toContain('Validation accuracy in %: mean ± standard deviation.')
    expect(shown).toContain('Outlined: the highest, 87.70%.')
    expect(shown.join(' ')).toContain('0.1 0.05 0.02 0.01 0.001')
    expect(shown.join(' ')).toContain('50 100 200 300 600')
    expect(await hasMargins(svg)).toBe(true)
  })

  it('outlines the best cell, and the one that is asked for with dashes', async () => {
    const svg = await toSvg(
      gridSpec({ ...grid, marked: { label: 'the text says', x: 0.01, y: 50, value: 0.877 } }),
    )
    expect(svg.match(outline)).toHaveLength(1)
    expect(svg.match(dashed)).toHaveLength(1)
    expect(texts(svg)).toContain('Dashed: the text says, 87.70%.')
  })

  it('says in its alt text where the best is and what is missing', () => {
    const cells = [
      { x: 32, y: 1, mean: 0.8 },
      { x: 64, y: 1, mean: 0.9 },
      { x: 32, y: 2, mean: null },
    ]
    const { description } = gridSpec({ ...grid, title: 'T', cells, marked: { label: 'paper', x: 32, y: 1 } })
    expect(description).toBe(
      'T. Heat map of Validation accuracy by Learning rate (32, 64) and Batch size (images) (1, 2). ' +
        'The highest, 90.00%, is at Learning rate 64, Batch size (images) 1. ' +
        'Marked: paper, at Learning rate 32, Batch size (images) 1. 2 of 4 cells are empty.',
    )
  })

  it('says why a cell has no value, in the cell and in the alt text', async () => {
    const cells = [
      { x: 32, y: 1, mean: 0.8 },
      { x: 64, y: 1, mean: null, absent: 'diverged' },
      { x: 32, y: 2, mean: null, absent: 'not run' },
    ]
    const spec = gridSpec({ ...grid, cells })
    expect(spec.description).toContain(
      '1 of 4 cells: diverged. 1 of 4 cells: not run. 1 of 4 cells are empty.',
    )
    expect(texts(await toSvg(spec))).toEqual(expect.arrayContaining(['diverged', 'not run', '–']))
  })

  it('takes the lowest loss for the best and writes it darkest', async () => {
    const cells = [
      { x: 1, y: 'a', mean: 0.4 },
      { x: 2, y: 'a', mean: 0.8 },
    ]
    const spec = gridSpec({ ...grid, cells, value: { measure: 'loss' } })
    expect(spec.description).toContain('The lowest, 0.4000, is at Learning rate 1')
    const svg = await toSvg(spec)
    expect(svg).toMatch(/<text[^>]*fill="#FFFFFF"[^>]*>0.4000</)
    expect(svg).toMatch(/<text[^>]*fill="#000000"[^>]*>0.8000</)
  })

  it('does not let failed trainings paint all others alike', async () => {
    const svg = await toSvg(gridSpec(grid))
    const cells = [...svg.matchAll(/<path[^>]*fill="(#[0-9a-f]{6})" stroke="#FFFFFF"/g)].map(
      ([, fill]) => fill,
    )
    expect(cells).toHaveLength(25)
    // 82.82, 86.30 and 87.70 in the first row.
    expect(new Set(cells.slice(2, 5)).size).toBe(3)
    expect(texts(svg)).toContain('Darker is better; lightest: 73.04% and worse.')
  })

  it('shows a missing cell in grey with a dash, and all equal best cells outlined', async () => {
    const cells = [
      { x: 1, y: 1, mean: 0.9 },
      { x: 2, y: 1, mean: Number.NaN },
      { x: 1, y: 2, mean: 0.9 },
    ]
    const svg = await toSvg(gridSpec({ ...grid, cells }))
    expect(texts(svg).filter((text) => text === '–')).toHaveLength(2)
    expect(svg.match(/<path[^>]*fill="#E8E8E8"/g)).toHaveLength(2)
    expect(svg.match(outline)).toHaveLength(2)
    expect(svg).not.toMatch(/NaN/)
  })

  it('draws a grid without any value', async () => {
    const spec = gridSpec({
      ...grid,
      cells: [{ x: 1, y: 1, mean: null }],
      marked: { label: 'Paper', x: 1, y: 1 },
    })
    expect(warnings(spec)).toEqual([])
    const shown = texts(await toSvg(spec))
    expect(shown).toContain('–')
    expect(shown.join(' ')).not.toContain('Outlined')
  })

  it.each(['across', 'down'] as const)('draws 25 cells %s with long labels', async (way) => {
    const cells = Array.from({ length: 25 }, (_, i) => {
      const [long, short] = [`a setting with a long name, number ${i}`, 1]
      return way === 'across' ? { x: long, y: short, mean: i / 25 } : { x: short, y: long, mean: i / 25 }
    })
    const spec = gridSpec({ ...grid, cells })
    expect(warnings(spec)).toEqual([])
    const svg = await toSvg(spec)
    expect(texts(svg).filter((text) => text.startsWith('a setting'))).toHaveLength(25)
    expect(texts(svg)).toContain('96.00')
    expect(await hasMargins(svg)).toBe(true)
  })

  it('leaves the values out when there are too many cells to write in', async () => {
    const cells = Array.from({ length: 60 * 60 }, (_, i) => ({
      x: i % 60,
      y: Math.floor(i / 60),
      mean: i / 3600,
    }))
    const shown = texts(await toSvg(gridSpec({ ...grid, cells })))
    expect(shown).not.toContain('50.00')
    expect(shown).toContain('59')
  })

  it('refuses no cells, two in one place and a mark outside', () => {
    const cell = { x: 1, y: 1, mean: 0.5 }
    expect(() => gridSpec({ ...grid, cells: [] })).toThrow(ShapeError)
    expect(() => gridSpec({ ...grid, cells: [cell, cell] })).toThrow('two cells are at 1, 1.')
    expect(() => gridSpec({ ...grid, cells: [cell], marked: { label: 'm', x: 2, y: 1 } })).toThrow(
      'marked cell: the grid has no cell at 2, 1.',
    )
  })
})
