import { describe, expect, it } from 'vitest'
import { legendColumns, seriesStyles } from '../../src/plot/series.ts'

describe('seriesStyles', () => {
  it('gives training and test their colours wherever they stand', () => {
    const [first, test, train] = seriesStyles(['Paper', 'Test', 'Training'])
    expect(test).toEqual({ name: 'Test', colour: '#D55E00', shape: 'triangle-up', dash: [] })
    expect(train).toEqual({ name: 'Training', colour: '#0072B2', shape: 'circle', dash: [] })
    expect(['#D55E00', '#0072B2']).not.toContain(first?.colour)
  })

  it('tells 20 series apart by colour and shape, the first seven by each alone', () => {
    const styles = seriesStyles(Array.from({ length: 20 }, (_, i) => `series ${i}`))
    const different = (of: (style: (typeof styles)[number]) => string, among: typeof styles) =>
      new Set(among.map(of)).size
    expect(different(({ colour, shape }) => `${colour} ${shape}`, styles)).toBe(20)
    expect(different(({ colour }) => colour, styles.slice(0, 7))).toBe(7)
    expect(different(({ shape }) => shape, styles.slice(0, 7))).toBe(7)
    expect(styles.slice(0, 7).every(({ dash }) => dash.length === 0)).toBe(true)
    expect(styles.slice(7).every(({ dash }) => dash.length > 0)).toBe(true)
  })
})

describe('legendColumns', () => {
  it('puts short names into one row and long ones below each other', () => {
    expect(legendColumns(['a', 'b', 'c'], 480)).toBe(3)
    expect(legendColumns(['a'.repeat(80), 'b'], 480)).toBe(1)
    expect(legendColumns([], 480)).toBe(1)
  })
})
