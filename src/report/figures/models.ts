import { confusionSpec } from '../../plot/confusion.ts'
import { measures } from '../../plot/measure.ts'
import { samplesSvg } from '../../plot/samples.ts'
import { tilesSvg } from '../../plot/tiles.ts'
import type { ExperimentResults, RefittedModel } from '../results.ts'
import { paramsText } from '../words.ts'
import { type FigureSource, headingOf, type ReportFigure } from './figure.ts'

/** Images of each class. */
export function sampleFigures(experiment: ExperimentResults, source: FigureSource): ReportFigure[] {
  const { images } = source
  if (images === null || images.samples.length === 0) return []
  const { samples, height, width, channels } = images
  const title = 'Training images of each class'
  const svg = samplesSvg(samples, { ...headingOf(source, title, []), height, width, channels })
  const alt = `${title}: ${samples.map(({ label }) => label).join(', ')}.`
  return [pictured(experiment.id, experiment.id, title, svg, alt)]
}

/** What the refitted models of an experiment confuse, and where they are most confident and wrong. */
export function modelFigures(experiment: ExperimentResults, source: FigureSource): ReportFigure[] {
  const { dataset, labels } = source.results
  return experiment.models.flatMap((model) => {
    const title = `${model.title}: confusion matrix`
    const settings = Object.keys(model.params).length === 0 ? [] : [paramsText(model.params, labels)]
    const details = [...settings, `test accuracy ${measures.accuracy.text(model.testAccuracy)}`]
    const spec = confusionSpec({
      ...headingOf(source, title, details),
      classes: dataset.classes,
      counts: model.confusion,
    })
    const confusion: ReportFigure = {
      id: `${model.id}-confusion`,
      number: null,
      experiment: experiment.id,
      title,
      alt: spec.description ?? title,
      drawing: { type: 'spec', spec },
    }
    return [confusion, ...misclassifiedFigures(model, experiment.id, source)]
  })
}

function misclassifiedFigures(
  model: RefittedModel,
  experiment: string,
  source: FigureSource,
): ReportFigure[] {
  const { images, results } = source
  if (images === null) return []
  const name = (k: number) => results.dataset.classes[k] ?? String(k)
  const shown = model.misclassified.flatMap(({ index, label, predicted, probability }) => {
    const image = images.test.get(index)
    if (image === undefined) return []
    const lines = [
      `is ${name(label)}`,
      `taken for ${name(predicted)}`,
      confidence(probability),
      `image ${index}`,
    ]
    return [{ image, lines }]
  })
  if (shown.length === 0) return []
  const { height, width, channels } = images
  const title = `${model.title}: most confident misclassified images`
  const heading = headingOf(source, title, ['test images, softmax confidence of the wrong class'])
  const svg = tilesSvg(shown, { ...heading, height, width, channels, columns: 5 })
  const alt = `${title}. ${shown.map(({ lines }) => `${lines.join(', ')}.`).join(' ')}`
  return [pictured(`${model.id}-misclassified`, experiment, title, svg, alt)]
}

/** With enough digits that it is not rounded up to certainty: "99.9998%". */
function confidence(probability: number): string {
  if (probability >= 1) return '100%'
  const digits = Math.max(2, Math.ceil(-Math.log10(1 - probability)) - 1)
  return `${Number((100 * probability).toFixed(Math.min(digits, 12)))}%`
}

function pictured(id: string, experiment: string, title: string, svg: string, alt: string): ReportFigure {
  return { id, number: null, experiment, title, alt, drawing: { type: 'svg', svg } }
}
