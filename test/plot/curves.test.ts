import { describe, expect, it } from 'vitest'
import { type CurvePoint, curvesSpec } from '../../src/plot/curves.ts'
import { learningCurveSpec } from '../../src/plot/learningCurve.ts'
import { toSvg } from '../../src/plot/render.node.ts'
import { frozen } from './frozen.ts'
import { hasMargins } from './margins.ts'
import { texts } from './texts.ts'
import { warnings } from './warnings.ts'

/** Three seeds, two points apart, of two series over four epochs. */
const epochs: CurvePoint[] = [1, 2, 3, 4].flatMap((epoch) =>
  (['train', 'test'] as const).flatMap((series) =>
    [0, 0.02, 0.04].map((seed) => ({
      epoch,
      series,
      accuracy: (series === 'train' ? 0.8 : 0.7) + epoch / 50 + seed,
      loss: 1 / epoch + seed,
    })),
  ),
)
const reference = { label: 'Paper', value: 0.8774 }
const referenceEpoch = { label: 'Paper', epoch: 3 }
const areas = /class="mark-area/g

describe('curvesSpec', () => {
  it('is pure: the same data gives the same specification and stays as it was', () => {
    const input = frozen({ title: 'T', epochs, reference, referenceEpoch })
    expect(curvesSpec(input)).toEqual(curvesSpec(structuredClone(input)))
  })

  it('draws the mean of the seeds over their range, in both panels', async () => {
    const spec = curvesSpec({ title: 'T', epochs })
    expect(warnings(spec)).toEqual([])
    const svg = await toSvg(spec)
    expect(svg.match(areas)).toHaveLength(4)
    expect(texts(svg)).toContain('Mean of 3 seeds; shaded: from their lowest to their highest.')
    // By hand: training accuracy after epoch 1 is 0.82, 0.84 or 0.86; test accuracy after epoch 4 0.78 to 0.82.
    expect(spec.description).toContain(
      'Accuracy by epoch, training: 84.00% after epoch 1, 90.00% after epoch 4.',
    )
    expect(spec.description).toContain('Accuracy by epoch, test: 74.00% after epoch 1, 80.00% after epoch 4.')
  })

  it('marks the reference over the accuracy and the epoch in both panels', async () => {
    const svg = await toSvg(curvesSpec({ title: 'T', epochs, reference, referenceEpoch, banner: 'QUICK' }))
    expect(svg.match(/stroke-dasharray="6,4"/g)).toHaveLength(1)
    expect(svg.match(/stroke-dasharray="2,3"/g)).toHaveLength(2)
    const shown = texts(svg)
    expect(shown).toContain('Paper: 87.74%')
    expect(shown).toContain('Paper: epoch 3')
    expect(shown).toContain('QUICK')
    expect(await hasMargins(svg)).toBe(true)
  })

  it('shows an epoch that the training did not reach', async () => {
    const svg = await toSvg(curvesSpec({ title: 'T', epochs, referenceEpoch: { label: 'Paper', epoch: 8 } }))
    expect(texts(svg)).toContain('8')
    expect(await hasMargins(svg)).toBe(true)
  })

  it('draws one panel alone, larger', async () => {
    const svg = await toSvg(curvesSpec({ title: 'T', epochs, panels: ['accuracy'], reference }))
    const shown = texts(svg)
    expect(shown).toContain('Accuracy')
    expect(shown).not.toContain('Loss (cross-entropy)')
    expect(svg.match(areas)).toHaveLength(2)
  })

  it('shows the range of a single epoch as a rule', async () => {
    const svg = await toSvg(curvesSpec({ title: 'T', epochs: epochs.slice(0, 3), panels: ['accuracy'] }))
    const [, length] = /<line [^>]*y2="(-?[\d.]+)"[^>]*stroke="#0072B2"/.exec(svg) ?? []
    expect(Math.abs(Number(length))).toBeGreaterThan(100)
  })

  it('says how many seeds there were when some are missing', async () => {
    const broken = epochs.map((point, i) =>
      i === 0 ? { ...point, accuracy: null, loss: Number.NaN } : point,
    )
    const svg = await toSvg(curvesSpec({ title: 'T', epochs: broken, runs: 'folds' }))
    expect(texts(svg)).toContain('Mean of 2 to 3 folds; shaded: from their lowest to their highest.')
    expect(svg).not.toMatch(/NaN/)
  })

  it('draws any other series under its own name, after the sets of images', async () => {
    const named = epochs.map((point) => ({ ...point, series: point.series === 'train' ? 'adam' : 'test' }))
    const spec = curvesSpec({ title: 'T', epochs: named })
    expect(warnings(spec)).toEqual([])
    const svg = await toSvg(spec)
    expect(texts(svg).filter((text) => ['adam', 'Test'].includes(text))).toEqual(['Test', 'adam'])
    expect(svg.match(areas)).toHaveLength(4)
    expect(spec.description).toContain('Accuracy by epoch, adam: 84.00% after epoch 1')
  })

  it('is the learning curve when there is one run', () => {
    const one = epochs.filter((_, i) => i % 3 === 0)
    const spec = curvesSpec({ title: 'T', epochs: one, reference })
    expect(spec).toEqual(learningCurveSpec({ title: 'T', epochs: one, reference }))
    expect(JSON.stringify(spec)).not.toContain('"area"')
    expect(JSON.stringify(spec)).not.toContain('Mean of')
  })
})
