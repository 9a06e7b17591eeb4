import { describe, expect, it } from 'vitest'
import { labelBeside, labelPlace } from '../../src/plot/labelPlace.ts'

const panel = { width: 300, height: 200 }
const label = { width: 80, height: 16 }

describe('labelPlace', () => {
  it('prefers the left end above the rule', () => {
    expect(labelPlace(label, 50, panel, [])).toEqual({ x: 6, above: true })
  })

  it('goes below when a curve runs along above the rule', () => {
    const above = [
      { x: 0, y: 40 },
      { x: 300, y: 40 },
    ]
    expect(labelPlace(label, 50, panel, [above])).toEqual({ x: 6, above: false })
  })

  it('goes to the other end when a curve climbs through the left one', () => {
    const climbing = [
      { x: 0, y: 180 },
      { x: 60, y: 20 },
      { x: 300, y: 10 },
    ]
    expect(labelPlace(label, 100, panel, [climbing])).toEqual({ x: 300 - 6 - 80, above: true })
  })

  it('goes to the middle when both ends are crossed', () => {
    const left = [
      { x: 40, y: 0 },
      { x: 40, y: 200 },
    ]
    const right = [
      { x: 260, y: 0 },
      { x: 260, y: 200 },
    ]
    const { x } = labelPlace(label, 100, panel, [left, right])
    expect(x).toBeGreaterThan(40)
    expect(x + label.width).toBeLessThan(260)
  })

  it('never leaves the panel upwards or downwards', () => {
    expect(labelPlace(label, 10, panel, []).above).toBe(false)
    expect(labelPlace(label, 195, panel, []).above).toBe(true)
  })
})

describe('labelBeside', () => {
  it('prefers the top, right of the rule', () => {
    expect(labelBeside(label, 100, panel, [])).toEqual({ y: 0, right: true })
  })

  it('goes left where the panel ends', () => {
    expect(labelBeside(label, 290, panel, [])).toEqual({ y: 0, right: false })
  })

  it('goes to the bottom when curves run along the top', () => {
    const top = [
      { x: 0, y: 5 },
      { x: 300, y: 5 },
    ]
    expect(labelBeside(label, 150, panel, [top])).toEqual({ y: 200 - 16, right: true })
  })
})
