import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CurvePoint, learningCurveSpec } from '../../src/plot/learningCurve.ts'
import { toPng, toSvg } from '../../src/plot/render.node.ts'
import { decodePng } from './pixels.ts'
import { texts } from './texts.ts'
import { warnings } from './warnings.ts'

const epochs: CurvePoint[] = [
  { epoch: 1, series: 'train', accuracy: 0.8, loss: 0.6 },
  { epoch: 1, series: 'test', accuracy: 0.79, loss: 0.62 },
  { epoch: 2, series: 'train', accuracy: 0.88, loss: 0.4 },
  { epoch: 2, series: 'test', accuracy: 0.85, loss: 0.45 },
]
const reference = { label: 'Paper', value: 0.8774 }

describe('learningCurveSpec', () => {
  it('is pure: the same data gives the same specification and stays as it was', () => {
    const frozen = Object.freeze(epochs.map((point) => Object.freeze(point)))
    const input = Object.freeze({ title: 'Curve', epochs: frozen, reference: Object.freeze(reference) })
    expect(learningCurveSpec(input)).toEqual(learningCurveSpec(input))
  })

  it('draws title, axes, legend, reference and banner', async () => {
    const spec = learningCurveSpec({
      title: 'MLP 784-128-10',
      subtitle: 'seed 1',
      epochs,
      reference,
      banner: 'SYNTHETIC DATA',
    })
    const shown = texts(await toSvg(spec))
    for (const text of ['MLP 784-128-10', 'seed 1', 'SYNTHETIC DATA', 'Paper: 87.74%', 'Training', 'Test'])
      expect(shown).toContain(text)
    expect(shown.filter((text) => text === 'Epoch')).toHaveLength(2)
    expect(shown).toContain('Accuracy')
    expect(shown).toContain('Loss (cross-entropy)')
    expect(shown).not.toContain('Validation') // no such points
  })

  it('draws a dashed rule at the reference, only over the accuracy', async () => {
    const dashed = /stroke-dasharray="6,4"/g
    expect((await toSvg(learningCurveSpec({ title: 'With', epochs, reference }))).match(dashed)).toHaveLength(
      1,
    )
    expect((await toSvg(learningCurveSpec({ title: 'Without', epochs }))).match(dashed)).toBeNull()
  })

  it('shows the banner in red above the title', async () => {
    const svg = await toSvg(learningCurveSpec({ title: 'Title', epochs, banner: 'SYNTHETIC DATA' }))
    const picture = decodePng(await toPng(svg, { scale: 2 }))
    const firstRow = (colour: [number, number, number]) => {
      for (let y = 0; y < picture.height; y++)
        for (let x = 0; x < picture.width; x++)
          if (picture.at(x, y).every((value, i) => value === colour[i])) return y
      return Number.NaN
    }
    const [red, dark] = [firstRow([0xb3, 0x00, 0x1b]), firstRow([0x22, 0x22, 0x22])]
    expect(red).toBeGreaterThan(10) // a margin
    expect(dark).toBeGreaterThan(red + 2 * 14) // the banner's own line
  })

  it('writes a loss that exploded in powers of ten', async () => {
    const exploded: CurvePoint[] = [
      { epoch: 1, series: 'train', accuracy: 0.1, loss: 2 },
      { epoch: 2, series: 'train', accuracy: 0.1, loss: 3e38 },
    ]
    const shown = texts(await toSvg(learningCurveSpec({ title: 'T', epochs: exploded })))
    expect(shown).toContain('1.0e+38')
    expect(Math.max(...shown.map((text) => text.length))).toBeLessThan(30)
  })

  it('ticks every epoch of a short training and no half epochs', async () => {
    const shown = texts(await toSvg(learningCurveSpec({ title: 'Two', epochs })))
    const whole = shown.filter((text) => /^\d+$/.test(text))
    expect(whole).toEqual(['1', '2', '1', '2'])
  })

  it('leaves out what is not a finite number, and draws nothing else wrong', async () => {
    const broken: CurvePoint[] = [
      ...epochs,
      { epoch: 3, series: 'train', accuracy: 0.1, loss: Number.NaN },
      { epoch: 4, series: 'train', accuracy: null, loss: Number.POSITIVE_INFINITY },
    ]
    const svg = await toSvg(learningCurveSpec({ title: 'Diverged', epochs: broken }))
    expect(svg).not.toMatch(/NaN|Infinity/)
  })

  it('accepts any history without a warning of Vega-Lite or a broken number', async () => {
    const number = fc.oneof(fc.double(), fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(null))
    const point = fc.record({
      epoch: fc.nat({ max: 1000 }),
      series: fc.constantFrom('train' as const, 'validation' as const, 'test' as const),
      accuracy: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(null)),
      loss: number,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(point, { maxLength: 12 }), async (points) => {
        const spec = learningCurveSpec({ title: 'Any', epochs: points, reference })
        expect(warnings(spec)).toEqual([])
        expect(await toSvg(spec, { embedFonts: false })).not.toMatch(/NaN|Infinity/)
      }),
      { numRuns: 25 },
    )
  })
})
