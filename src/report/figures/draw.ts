import type { TopLevelSpec } from 'vega-lite'
import { comparisonSpec } from '../../plot/comparison.ts'
import { curvesSpec } from '../../plot/curves.ts'
import { gridSpec } from '../../plot/grid.ts'
import type { Measurement } from '../../plot/spread.ts'
import { panelsSpec, type SweepPanel, sweepSpec } from '../../plot/sweep.ts'
import type { FigureSpec, ReportMetric } from '../published.ts'
import type { PartResults } from '../results.ts'
import { label, valueText } from '../words.ts'
import { detailsOf, drawablePart, drawn, type FigureSource, headingOf, type ReportFigure } from './figure.ts'
import {
  absenceText,
  axisTitle,
  cellsOf,
  fieldOfAxis,
  has,
  historyOf,
  measureOf,
  metricTitle,
  placeOn,
  publishedBest,
  publishedValues,
} from './points.ts'
import { importance, parallel } from './search.ts'

type Of<T extends FigureSpec['type']> = Extract<FigureSpec, { readonly type: T }>

/** A declared figure; null if nothing of what it shows has been run. */
export function drawFigure(figure: FigureSpec, source: FigureSource): ReportFigure | null {
  const spec = figure.type === 'epochs' ? epochsOf(figure, source) : partSpec(figure, source)
  return spec === null ? null : drawn(figure, spec)
}

function partSpec(figure: Exclude<FigureSpec, Of<'epochs'>>, source: FigureSource): TopLevelSpec | null {
  const part = drawablePart(source, figure.part)
  return part === undefined ? null : specOf(figure, part, source)
}

function specOf(
  figure: Exclude<FigureSpec, Of<'epochs'>>,
  part: PartResults,
  source: FigureSource,
): TopLevelSpec | null {
  switch (figure.type) {
    case 'curve':
      return curve(figure, part, source)
    case 'sweep':
      return sweep(figure, part, source)
    case 'heatmap':
      return heatmap(figure, part, source)
    case 'bars':
      return bars(figure, part, source)
    case 'parallel':
      return parallel(figure, part, source)
    case 'importance':
      return importance(figure, part, source)
  }
}

/** Accuracy and loss by epoch, mean and range over seeds; the published value, and where it was read. */
function curve(figure: Of<'curve'>, part: PartResults, source: FigureSource): TopLevelSpec {
  const [read] = publishedValues(source, part.id, 'testAccuracy')
  return curvesSpec({
    ...headingOf(source, figure.title, detailsOf(figure, part)),
    epochs: part.combinations.flatMap(({ runs }) =>
      runs.flatMap(({ history }) =>
        history.flatMap((each) =>
          (['train', 'validation', 'test'] as const).flatMap((series) => {
            const [accuracy, loss] = [each[`${series}Accuracy`], each[`${series}Loss`]]
            return accuracy === null && loss === null ? [] : [{ epoch: each.epoch, series, accuracy, loss }]
          }),
        ),
      ),
    ),
    panels: figure.panels,
    ...(read === undefined ? {} : { reference: { label: 'Paper', value: read.value } }),
    ...(read?.epoch === undefined ? {} : { referenceEpoch: { label: 'Paper', epoch: read.epoch } }),
  })
}

/** A metric by one field, a line for each value of another or for each metric. */
function sweep(figure: Of<'sweep'>, part: PartResults, source: FigureSource): TopLevelSpec {
  const { x, scale, series: by } = figure
  const panels = figure.panels.length > 0 ? figure.panels : [[{ metric: part.metric, label: '' }]]
  const { labels } = source.results
  const place = placeOn(x)
  const nameOf = (params: PartResults['settings'], own: string): string =>
    by === undefined ? own : `${label(by, labels)} ${valueText(params[by])}`
  const best = publishedBest(source, part.id, x)
  const panel = (lines: (typeof panels)[number]): SweepPanel => {
    const [first] = lines
    const metric = first?.metric ?? part.metric
    return {
      points: lines.flatMap((line) =>
        part.combinations.flatMap(({ params, runs }) =>
          runs.map((run) => ({
            x: place(params),
            series: nameOf(params, line.label),
            value: run[line.metric],
          })),
        ),
      ),
      diverged: part.combinations
        .filter(({ status, runs }) => status === 'diverged' || runs.some((run) => run.status === 'diverged'))
        .map(({ params }) => ({ x: place(params), series: nameOf(params, lines.at(-1)?.label ?? '') })),
      y: { measure: measureOf(metric), ...(lines.length > 1 ? {} : { title: metricTitle(metric) }) },
      ...publishedIn(lines, x, part, source),
    }
  }
  const heading = headingOf(source, figure.title, detailsOf(figure, part))
  const axis = { title: axisTitle(x, labels), ...(scale === undefined ? {} : { scale }) }
  const marked = best === undefined ? {} : { marked: { label: "Paper's best", x: best } }
  const [only, ...others] = panels
  return others.length > 0 || only === undefined
    ? panelsSpec({ ...heading, x: axis, panels: panels.map(panel), ...marked })
    : sweepSpec({ ...heading, x: axis, ...panel(only), ...marked })
}

/** Published values beside a sweep: a line where there is one, points where there are several. */
function publishedIn(
  lines: Of<'sweep'>['panels'][number],
  x: Of<'sweep'>['x'],
  part: PartResults,
  source: FigureSource,
): Pick<SweepPanel, 'reference' | 'published'> {
  const place = placeOn(x)
  const points = lines.flatMap(({ metric, label: own }): Measurement[] =>
    publishedValues(source, part.id, metric)
      .filter(({ where, epoch }) => epoch === undefined && fieldOfAxis(x) in where)
      .map(({ where, value }) => ({ x: place(where), series: own === '' ? 'Paper' : own, value })),
  )
  const [first, ...others] = points
  if (first === undefined) return {}
  return others.length === 0 && first.value !== null
    ? { reference: { label: 'Paper', value: first.value } }
    : { published: { label: 'the paper', points } }
}

/** Means of a search over two fields. */
function heatmap(figure: Of<'heatmap'>, part: PartResults, source: FigureSource): TopLevelSpec {
  const { x, y, metric } = figure
  const { labels } = source.results
  const shown: ReportMetric = metric ?? part.metric
  const [across, down] = [publishedBest(source, part.id, x), publishedBest(source, part.id, y)]
  const cells = cellsOf(part, x, y, metric)
  const known =
    across !== undefined && down !== undefined && cells.some((cell) => cell.x === across && cell.y === down)
  const value = publishedValues(source, part.id, shown).find(
    ({ where }) => known && has(where, x, across) && has(where, y, down),
  )?.value
  return gridSpec({
    ...headingOf(source, figure.title, detailsOf(figure, part)),
    cells,
    x: { title: axisTitle(x, labels) },
    y: { title: axisTitle(y, labels) },
    value: {
      measure: measureOf(shown),
      title: part.folds === null ? metricTitle(shown) : `${metricTitle(shown)}, mean over folds`,
    },
    ...(known
      ? {
          marked: {
            label: "the paper's best",
            x: across,
            y: down,
            ...(value === undefined ? {} : { value }),
          },
        }
      : {}),
  })
}

/** A value for each combination, by name. */
function bars(figure: Of<'bars'>, part: PartResults, source: FigureSource): TopLevelSpec {
  const { by } = figure
  const theirs = publishedValues(source, part.id, part.metric)
  return comparisonSpec({
    ...headingOf(source, figure.title, detailsOf(figure, part)),
    rows: part.combinations.map(({ params, runs, status }) => {
      const name = placeOn(by)(params)
      return {
        label: `${valueText(params[by])}${absenceText(status)}`,
        values: runs.map((run) => run[part.metric]),
        published: theirs.find(({ where }) => has(where, by, name))?.value ?? null,
      }
    }),
    value: { measure: measureOf(part.metric), title: metricTitle(part.metric) },
  })
}

/** Metrics of several parts by epoch, as far as the shortest of them goes; null while one has not been run. */
function epochsOf(figure: Of<'epochs'>, source: FigureSource): TopLevelSpec | null {
  const lines = figure.lines.flatMap(({ part: id, label: name }) => {
    const part = drawablePart(source, id)
    return part === undefined ? [] : [{ part, name }]
  })
  if (lines.length < figure.lines.length) return null
  const panels = figure.panels.map((metric) => {
    const all = lines.map(({ part, name }) => historyOf(part, name, metric))
    const last = Math.min(...all.map((points) => Math.max(...points.map(({ x }) => x))))
    return {
      points: all.flat().filter(({ x }) => x <= last),
      y: { measure: measureOf(metric), title: metricTitle(metric) },
    }
  })
  const heading = headingOf(source, figure.title, figure.details)
  const x = { title: 'Epoch', scale: 'linear' } as const
  const [only, ...others] = panels
  return others.length > 0 || only === undefined
    ? panelsSpec({ ...heading, x, panels })
    : sweepSpec({ ...heading, x, ...only })
}
