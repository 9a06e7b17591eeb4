import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/engine/create.ts'
import { readTensor, writeTensor } from '../../src/engine/engine.ts'
import {
  fromPanels,
  PANEL,
  panelIndex,
  panelLength,
  rowStride,
  toPanels,
} from '../../src/engine/simd/layout.ts'
import { engineNames } from '../engines.ts'
import { numbers } from './workbench.ts'

const size = fc.integer({ min: 1, max: 40 })

describe('panels', () => {
  it('worked by hand: 2 rows of 10 columns are a panel of columns 0 to 7 and one of columns 8 and 9', () => {
    const panels = new Float32Array(panelLength(2, 10))
    toPanels([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19], 2, 10, panels)
    expect([...panels.subarray(0, 16)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17])
    expect([...panels.subarray(16)]).toEqual([8, 9, 0, 0, 0, 0, 0, 0, 18, 19, 0, 0, 0, 0, 0, 0])
  })

  it('come back as they went in', () => {
    fc.assert(
      fc.property(size, size, fc.nat(), (rows, width, seed) => {
        const values = numbers(rows * width, 'panels', seed)
        const panels = new Float32Array(panelLength(rows, width))
        toPanels(values, rows, width, panels)
        expect([...fromPanels(panels, rows, width)]).toEqual([...values])
      }),
    )
  })

  it('have a place of its own for every element, and 8 columns of a row side by side', () => {
    fc.assert(
      fc.property(size, size, (rows, width) => {
        const places = new Set<number>()
        for (let row = 0; row < rows; row++) {
          for (let column = 0; column < width; column++) {
            const place = panelIndex(rows, row, column)
            expect(place % PANEL).toBe(column % PANEL)
            expect(place).toBeLessThan(panelLength(rows, width))
            places.add(place)
          }
        }
        expect(places.size).toBe(rows * width)
      }),
    )
  })
})

it('rows of activations are an odd number of cache lines apart', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), (width) => {
      expect(rowStride(width)).toBeGreaterThanOrEqual(width)
      expect(rowStride(width) % 32).toBe(16)
    }),
  )
})

describe.each(engineNames)('the %s engine', (name) => {
  it('gives back parameters and activations as it got them', () => {
    fc.assert(
      fc.property(size, size, fc.nat(), (rows, width, seed) => {
        const engine = createEngine(name)
        const [matrix, tensor] = [engine.matrix(rows, width), engine.tensor(rows, width)]
        engine.commit()
        const values = numbers(rows * width, 'values', seed)
        engine.load(matrix, values)
        writeTensor(tensor, values)
        expect([...engine.store(matrix)]).toEqual([...values])
        expect([...readTensor(tensor)]).toEqual([...values])
        expect([...readTensor(tensor, 1)]).toEqual([...values.subarray(0, width)])
      }),
    )
  })
})
