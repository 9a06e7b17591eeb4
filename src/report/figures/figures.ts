import { comparisonSpec } from '../../plot/comparison.ts'
import type { ReportResults } from '../results.ts'
import { drawFigure } from './draw.ts'
import { type FigureSource, headingOf, type ReportFigure } from './figure.ts'
import { modelFigures, sampleFigures } from './models.ts'

/**
 * All figures of a report in the order of its experiments: the declared ones, samples of the data and refitted models.
 * What has not been run is not drawn. Published values stand beside ours on the publication's own dataset only.
 */
export function figuresOf(source: FigureSource): ReportFigure[] {
  return [
    ...summaryFigures(source),
    ...source.results.experiments.flatMap((experiment) => [
      ...(experiment.type === 'images' ? sampleFigures(experiment, source) : []),
      ...source.published.figures
        .filter((figure) => figure.experiment === experiment.id)
        .flatMap((figure) => drawFigure(figure, source) ?? []),
      ...modelFigures(experiment, source),
    ]),
  ]
}

/** Accuracies this far below the others would leave the axis nothing else to show. */
const farBelow = 0.15

/** The headline numbers beside ours; also the picture of the README. */
function summaryFigures(source: FigureSource): ReportFigure[] {
  const rows = rowsOf(source.results)
  if (rows.every(({ values }) => Array.isArray(values))) return []
  const title = 'Published and ours'
  const spec = comparisonSpec({
    ...headingOf(source, title, []),
    rows,
    value: { measure: 'accuracy' },
    runs: 'trainings',
  })
  const alt = spec.description ?? title
  return [{ id: 'summary', number: null, experiment: null, title, alt, drawing: { type: 'spec', spec } }]
}

function rowsOf({ experiments }: ReportResults) {
  const shown = experiments.flatMap(({ type, title, comparisons }) =>
    comparisons
      .filter(({ headline, unit }) => headline && unit === 'accuracy')
      .map((each) => ({ each, type, title })),
  )
  const sorted = shown.map(({ each }) => each.published).toSorted((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0
  return shown
    .filter(({ each, type }) => each.published > median - farBelow || type === 'refits')
    .map(({ each, type, title }) => ({
      label:
        type === 'refits'
          ? each.title
          : `${title}: ${each.title.slice(0, 1).toLowerCase()}${each.title.slice(1)}`,
      values:
        each.ours === null
          ? []
          : {
              mean: each.ours,
              low: each.range?.low ?? each.ours,
              high: each.range?.high ?? each.ours,
              count: each.count,
            },
      published: each.published,
    }))
}
