import { type FigureSource, figureSource, type PaperFigure, type PaperImages } from './figure.ts'
import { bestFigures, sampleFigures, summaryFigures } from './figuresBest.ts'
import { cnnFigures } from './figuresCnn.ts'
import { mlpFigures } from './figuresMlp.ts'
import { variantFigures } from './figuresVariants.ts'
import type { PaperResults } from './results.ts'

export type { PaperFigure, PaperImages } from './figure.ts'

/**
 * All figures of a report in the order of its experiments: the paper's by their numbers, and more. What has not been
 * run is not drawn. Only on Fashion-MNIST itself do the paper's values stand beside ours.
 *
 * @param images what the figures of images show; null leaves them out
 */
export function figuresOf(results: PaperResults, images: PaperImages | null): PaperFigure[] {
  const source: FigureSource = figureSource(results, images)
  const figures = [
    ...sampleFigures(source),
    ...mlpFigures(source),
    ...variantFigures(source),
    ...cnnFigures(source),
    ...bestFigures(source),
  ]
  const order = results.experiments.map(({ id }) => id)
  const place = ({ experiment }: PaperFigure) => (experiment === null ? -1 : order.indexOf(experiment))
  return [...summaryFigures(source), ...figures.toSorted((a, b) => place(a) - place(b))]
}
