import type { TopLevelSpec } from 'vega-lite'
import { importanceSpec } from '../../plot/importance.ts'
import { parallelSpec } from '../../plot/parallel.ts'
import type { FigureSpec } from '../published.ts'
import type { PartResults } from '../results.ts'
import { title } from '../words.ts'
import { detailsOf, type FigureSource, headingOf } from './figure.ts'
import { absenceOf, measureOf, metricTitle, placeOn } from './points.ts'

/** Every combination of a search as a line through its settings to its score. */
export function parallel(figure: FigureSpec, part: PartResults, source: FigureSource): TopLevelSpec {
  const { labels } = source.results
  return parallelSpec({
    ...headingOf(source, figure.title, detailsOf(figure, part)),
    axes: part.axes.map((axis) => ({ title: title(axis, labels) })),
    lines: part.combinations.map(({ params, mean, rank, status }) => ({
      values: part.axes.map((axis) => placeOn(axis)(params)),
      score: mean,
      chosen: rank === 1,
      ...absenceOf(status),
    })),
    value: { measure: measureOf(part.metric), title: metricTitle(part.metric) },
  })
}

/** The share of the variance of the score that each axis explains; null if it is not known. */
export function importance(figure: FigureSpec, part: PartResults, source: FigureSource): TopLevelSpec | null {
  const effects = part.importance?.effects ?? null
  if (effects === null) return null
  const { labels } = source.results
  return importanceSpec({
    ...headingOf(source, figure.title, detailsOf(figure, part)),
    rows: effects.map(({ axes, share }) => ({
      label: axes.map((axis) => title(axis, labels)).join(' and '),
      share,
    })),
    rest: 'More axes together',
    value: { title: metricTitle(part.metric) },
  })
}
