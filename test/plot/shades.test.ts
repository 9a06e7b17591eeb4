import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inkOn, luminance, shadeAt, shadingOf } from '../../src/plot/shades.ts'

describe('inkOn', () => {
  it('has at least the contrast of 4.5 to 1 that WCAG 2 asks for, on every shade', () => {
    for (let step = 0; step <= 1000; step++) {
      const light = luminance(shadeAt(step / 1000)) + 0.05
      const contrast = inkOn(step / 1000) === '#000000' ? light / 0.05 : 1.05 / light
      expect(contrast).toBeGreaterThanOrEqual(4.5)
    }
  })

  it('knows the luminance of black, white and pure red', () => {
    expect(luminance([0, 0, 0])).toBe(0)
    expect(luminance([255, 255, 255])).toBeCloseTo(1, 12)
    expect(luminance([255, 0, 0])).toBeCloseTo(0.2126, 12)
  })
})

describe('shadeAt', () => {
  it('gets darker all the way, so that the figure can be read in grey', () => {
    const lights = Array.from({ length: 101 }, (_, step) => luminance(shadeAt(step / 100)))
    expect(lights.toSorted((a, b) => b - a)).toEqual(lights)
    expect(lights[0]).toBeGreaterThan(0.85)
    expect(lights[100]).toBeLessThan(0.04)
  })
})

describe('shadingOf', () => {
  it('goes from the lowest to the highest value where none is far off', () => {
    const shading = shadingOf([0.8, 0.9, 0.85], true)
    expect(shading).toMatchObject({ best: 0.9, cut: false })
    expect(shading.worst).toBeCloseTo(0.8, 12)
    expect([0.8, 0.85, 0.9].map((value) => shading.share(value))).toEqual([
      expect.closeTo(0, 9),
      expect.closeTo(0.5, 9),
      1,
    ])
  })

  it('ends at three times the distance of the median when trainings failed', () => {
    // Best 0.9, median 0.88: the ramp ends at 0.9 - 3 x 0.02.
    const shading = shadingOf([0.1, 0.1, 0.88, 0.89, 0.9], true)
    expect(shading.cut).toBe(true)
    expect(shading.worst).toBeCloseTo(0.84, 12)
    expect(shading.share(0.1)).toBe(0)
    expect(shading.share(0.87)).toBeCloseTo(0.5, 9)
  })

  it('turns round where lower is better', () => {
    const shading = shadingOf([1, 2, 3], false)
    expect([1, 2, 3].map((value) => shading.share(value))).toEqual([1, 0.5, 0])
  })

  it('gives every value a share from 0 to 1, the best one 1', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 9 })
    fc.assert(
      fc.property(values, fc.boolean(), (each, higher) => {
        const shading = shadingOf(each, higher)
        expect(shading.share(shading.best)).toBe(1)
        for (const value of each) {
          expect(shading.share(value)).toBeGreaterThanOrEqual(0)
          expect(shading.share(value)).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})
