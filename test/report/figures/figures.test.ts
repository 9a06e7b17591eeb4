import { beforeAll, describe, expect, it } from 'vitest'
import { toSvg } from '../../../src/plot/render.node.ts'
import type { ReportFigure } from '../../../src/report/figures/figure.ts'
import { figuresOf } from '../../../src/report/figures/figures.ts'
import type { ReportResults } from '../../../src/report/results.ts'
import { frozen } from '../../plot/frozen.ts'
import { hasMargins } from '../../plot/margins.ts'
import { texts } from '../../plot/texts.ts'
import { warnings } from '../../plot/warnings.ts'
import { sampleImages } from '../sampleImages.ts'
import { paper, type SampleKind, sampleResults } from '../sampleResults.ts'

const { published } = paper

async function figures(kind: SampleKind, change = (results: ReportResults) => results) {
  const results = change(await sampleResults(kind))
  return figuresOf({ results: frozen(results), published: frozen(published), images: sampleImages(results) })
}

const svgOf = async ({ drawing }: ReportFigure) =>
  drawing.type === 'svg' ? drawing.svg : await toSvg(drawing.spec)

let complete: ReportFigure[] = []
beforeAll(async () => {
  complete = await figures('complete')
})

describe('figuresOf', () => {
  it('draws each declared figure once under its number or id, in its experiment', () => {
    const declared = published.figures.map(({ number, title, experiment }) => [
      number ?? null,
      title,
      experiment,
    ])
    const drawn = complete.map(({ number, title, experiment }) => [number, title, experiment])
    expect(drawn).toEqual(expect.arrayContaining(declared))
    for (const { id, number } of complete)
      if (number !== null) expect(id).toBe(`figure-${String(number).padStart(2, '0')}`)
  })

  it('has more than the paper: searches as heat maps, what is further, the best models', () => {
    expect(complete.flatMap(({ id, number }) => (number === null ? [id] : []))).toEqual([
      'summary',
      'samples',
      'mlp-0-grid',
      'mlp-1-grid',
      'mlp-2-grid',
      'mlp-2-standardize',
      'activations',
      'unnormalized',
      'width-depth-test',
      'width-depth-train',
      'further-optimizers',
      'further-folds',
      'further-augmentation',
      'best-mlp-confusion',
      'best-mlp-misclassified',
      'best-cnn-confusion',
      'best-cnn-misclassified',
    ])
  })

  it.each(['complete', 'partial', 'synthetic', 'quick', 'seeds'] as const)(
    'draws %s results without a warning of Vega-Lite, a broken number or an empty alt text',
    async (kind) => {
      const all = await figures(kind)
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
      for (const figure of all) {
        if (figure.drawing.type === 'spec') expect(warnings(figure.drawing.spec), figure.id).toEqual([])
        expect(figure.alt.length, figure.id).toBeGreaterThan(40)
        const svg = await svgOf(figure)
        expect(svg).toContain('role="img" aria-label="')
        expect(svg.replace(/base64,[^"]*/g, ''), figure.id).not.toMatch(/NaN|undefined|Infinity/)
      }
    },
  )

  it('clips nothing at the edges', async () => {
    for (const figure of complete) expect(await hasMargins(await svgOf(figure)), figure.id).toBe(true)
  })

  it("marks the paper's value and epoch in the curves, its best settings in the searches", async () => {
    const shown = async (id: string) => {
      const figure = complete.find((each) => each.id === id)
      return figure === undefined ? [] : texts(await svgOf(figure))
    }
    expect(await shown('figure-12')).toEqual(expect.arrayContaining(['Paper: 87.74%', 'Paper: epoch 8']))
    expect(await shown('figure-03')).toEqual(expect.arrayContaining(['Paper: 84.88%', "Paper's best: 3"]))
    expect(await shown('figure-09')).toEqual(expect.arrayContaining(['Paper: 85.70%', "Paper's best: 400"]))
    expect(await shown('figure-13')).toContain("Dashed: the paper's best, 87.70%.")
    expect(await shown('figure-14')).toContain('Dashed, with hollow points: the paper.')
    expect(await shown('width-depth-train')).toContain("Dashed: the paper's best, 92.50%.")
  })

  it('has the banner in every figure of a fraction of the rows', async () => {
    for (const figure of await figures('quick')) {
      expect(texts(await svgOf(figure)).join(' '), figure.id).toContain('QUICK RUN')
      // The alt text of a picture of images names the images; the banner is in the picture itself.
      if (figure.drawing.type === 'spec') expect(figure.alt, figure.id).toContain('QUICK RUN')
    }
  })

  it('has the banner in every figure of synthetic images, and no published value', async () => {
    for (const figure of await figures('synthetic')) {
      const shown = texts(await svgOf(figure)).join(' ')
      expect(shown, figure.id).toContain('SYNTHETIC DATA')
      expect(shown.replace(/figure \d+ of the paper/, ''), figure.id).not.toMatch(/paper/i)
      expect(figure.alt.replace(/figure \d+ of the paper/, ''), figure.id).not.toMatch(/paper/i)
    }
  })

  it('never rounds the confidence of a misclassified image up to 100 %', async () => {
    const sure = [0.5, 0.99996, 0.9999999, 1]
    const all = await figures('complete', (results) => ({
      ...results,
      experiments: results.experiments.map((experiment) => ({
        ...experiment,
        models: experiment.models.map((model) => ({
          ...model,
          misclassified: model.misclassified
            .slice(0, sure.length)
            .map((image, i) => ({ ...image, probability: sure[i] ?? 0 })),
        })),
      })),
    }))
    const figure = all.find(({ id }) => id === 'best-mlp-misclassified')
    const shown = figure === undefined ? [] : texts(await svgOf(figure))
    expect(shown.filter((text) => text.endsWith('%'))).toEqual(['50%', '99.996%', '99.99999%', '100%'])
  })

  it('says which trainings diverged: a cross in the lines, a word in the heat map', async () => {
    const all = await figures('complete', (results) => ({
      ...results,
      experiments: results.experiments.map((experiment) => ({
        ...experiment,
        parts: experiment.parts.map((part) => ({
          ...part,
          combinations: part.combinations.map((combination, i) =>
            part.id !== 'mlp-1-grid' || i > 0
              ? combination
              : {
                  ...combination,
                  status: 'diverged' as const,
                  mean: null,
                  runs: combination.runs.map((run) => ({
                    ...run,
                    status: 'diverged' as const,
                    testAccuracy: null,
                  })),
                },
          ),
        })),
      })),
    }))
    const words = await Promise.all(
      ['figure-08', 'figure-09', 'mlp-1-grid'].map(async (id) => {
        const figure = all.find((each) => each.id === id)
        return figure === undefined ? '' : texts(await svgOf(figure)).join(' ')
      }),
    )
    expect(words[0]).toContain('A cross at the bottom: a training diverged there')
    expect(words[1]).toContain('A cross at the bottom: a training diverged there')
    expect(words[2]).toContain('diverged')
  })

  it('leaves out what has not been run, and images that are not there', async () => {
    const partial = await figures('partial')
    const numbers = partial.flatMap(({ number }) => number ?? [])
    expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 6, 7, 8, 9, 13])
    const results = await sampleResults('empty')
    expect(figuresOf({ results, published, images: null })).toEqual([])
  })
})
