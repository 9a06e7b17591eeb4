import { comparisonSpec } from '../plot/comparison.ts'
import { confusionSpec } from '../plot/confusion.ts'
import { measures } from '../plot/measure.ts'
import { samplesSvg } from '../plot/samples.ts'
import { tilesSvg } from '../plot/tiles.ts'
import { paramsText } from './collect/words.ts'
import { type FigureSource, headingOf, type PaperFigure, pictured, unnumbered } from './figure.ts'
import type { BestModel } from './results.ts'

const percent = measures.accuracy.text

/** Images of each class. */
export function sampleFigures(source: FigureSource): PaperFigure[] {
  const { images } = source
  if (images === null || images.samples.length === 0) return []
  const title = 'Training images of each class'
  const svg = samplesSvg(images.samples, { ...headingOf(source, title, []), ...sizeOf(images) })
  const alt = `${title}: ${images.samples.map(({ label }) => label).join(', ')}.`
  return [pictured('samples', 'samples', title, svg, alt)]
}

function sizeOf({ height, width, channels }: NonNullable<FigureSource['images']>) {
  return { height, width, channels }
}

/** What the best models confuse, and where they are most sure and wrong. */
export function bestFigures(source: FigureSource): PaperFigure[] {
  const { classes } = source.results.dataset
  const models = source.results.experiments.flatMap((experiment) => experiment.models)
  return models.flatMap((model) => [
    unnumbered(
      `${model.id}-confusion`,
      'best',
      `${model.title}: confusion matrix`,
      source,
      [paramsText(model.params), `test accuracy ${percent(model.testAccuracy)}`],
      (heading) => confusionSpec({ ...heading, classes, counts: model.confusion }),
    ),
    ...mistakes(source, model),
  ])
}

function mistakes(source: FigureSource, model: BestModel): PaperFigure[] {
  const { images, results } = source
  if (images === null) return []
  const name = (k: number) => results.dataset.classes[k] ?? String(k)
  const shown = model.mistakes.flatMap(({ index, label, predicted, probability }) => {
    const image = images.test.get(index)
    if (image === undefined) return []
    const lines = [
      `is ${name(label)}`,
      `taken for ${name(predicted)}`,
      sureness(probability),
      `image ${index}`,
    ]
    return [{ image, lines }]
  })
  if (shown.length === 0) return []
  const title = `${model.title}: most confident mistakes`
  const heading = headingOf(source, title, [
    'test images, the probability that the model gives to its answer',
  ])
  const svg = tilesSvg(shown, { ...heading, ...sizeOf(images), columns: 5 })
  const alt = `${title}. ${shown.map(({ lines }) => `${lines.join(', ')}.`).join(' ')}`
  return [pictured(`${model.id}-mistakes`, 'best', title, svg, alt)]
}

/** With as many digits as keep it from being rounded up to a certainty that the model did not have: "99.9998%". */
function sureness(probability: number): string {
  if (probability >= 1) return '100%'
  const digits = Math.max(2, Math.ceil(-Math.log10(1 - probability)) - 1)
  return `${Number((100 * probability).toFixed(Math.min(digits, 12)))}%`
}

/** So far below all others that the axis would show nothing else. */
const apart = 'unnormalized'

/** The few comparisons of the first page; also the picture of the README. */
export function summaryFigures(source: FigureSource): PaperFigure[] {
  if (!source.compared) return []
  const rows = source.results.experiments
    .filter(({ id }) => id !== apart)
    .flatMap(({ id, title, comparisons }) =>
      comparisons
        .filter(({ headline, unit }) => headline && unit === 'accuracy')
        .map(({ what, ours, range, count, paper }) => ({
          // Of the best models, the text says which.
          label: id === 'best' ? what : `${title}: ${what.slice(0, 1).toLowerCase()}${what.slice(1)}`,
          values:
            ours === null ? [] : { mean: ours, low: range?.low ?? ours, high: range?.high ?? ours, count },
          published: paper,
        })),
    )
  if (rows.every(({ values }) => Array.isArray(values))) return []
  return [
    unnumbered('summary', null, 'The paper, repeated', source, [], (heading) =>
      comparisonSpec({ ...heading, rows, value: { measure: 'accuracy' }, runs: 'trainings' }),
    ),
  ]
}
