import type { GridCell } from '../../plot/grid.ts'
import type { Measure, Setting } from '../../plot/measure.ts'
import type { Measurement } from '../../plot/spread.ts'
import type { Json, Params } from '../../study/definition/schema.ts'
import { numberIn } from '../collect/values.ts'
import { type Axis, type Measured, numbersOf, type ReportMetric } from '../published.ts'
import type { CombinationScores, PartResults } from '../results.ts'
import { type Labels, title, valueText } from '../words.ts'
import type { FigureSource } from './figure.ts'

export function measureOf(metric: ReportMetric): Measure {
  return metric.endsWith('Loss') ? 'loss' : 'accuracy'
}

const parts: Readonly<Record<string, string>> = {
  train: 'Training',
  validation: 'Held-out',
  test: 'Test',
  running: 'Running training',
}

/** "Test accuracy" */
export function metricTitle(metric: ReportMetric): string {
  const measure = measureOf(metric)
  const part = metric.slice(0, -measure.length)
  return `${parts[part] ?? part} ${measure}`
}

export function fieldOfAxis(axis: Axis): string {
  return typeof axis === 'string' ? axis : axis.field
}

export function axisTitle(axis: Axis, labels: Labels): string {
  return (typeof axis === 'string' ? undefined : axis.title) ?? title(fieldOfAxis(axis), labels)
}

/** Where a combination stands on an axis: a number, or the text of another value. */
export function placeOn(axis: Axis): (params: Params) => Setting {
  const field = fieldOfAxis(axis)
  const of = typeof axis === 'string' ? undefined : axis.of
  return (params) => numberIn(params[field], of) ?? valueText(params[field])
}

/** By epoch, all combinations together. */
export function historyOf(part: PartResults, series: string, metric: ReportMetric): Measurement<number>[] {
  return part.combinations.flatMap(({ runs }) =>
    runs.flatMap(({ history }) => history.map((epoch) => ({ x: epoch.epoch, series, value: epoch[metric] }))),
  )
}

/** Mean over the runs that have the score. */
export function meanOf({ runs }: CombinationScores, metric: ReportMetric): number | null {
  const values = runs.flatMap((run) => run[metric] ?? [])
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}

const absences = {
  done: {},
  open: { absent: 'not run' },
  diverged: { absent: 'diverged' },
  failed: { absent: 'failed' },
}

/** Why a combination has no value. */
export function absenceOf(status: CombinationScores['status']): { readonly absent?: string } {
  return absences[status]
}

/** Behind a name that has no value: " (diverged)". */
export function absenceText(status: CombinationScores['status']): string {
  return status === 'done' ? '' : ` (${absences[status].absent})`
}

/** The cells of a heat map: means of what the part is judged by, unless another metric is given. */
export function cellsOf(part: PartResults, x: Axis, y: Axis, metric?: ReportMetric): GridCell[] {
  const [across, down] = [placeOn(x), placeOn(y)]
  return part.combinations.map((combination) => {
    const { params, status } = combination
    const mean = metric === undefined ? combination.mean : meanOf(combination, metric)
    const std = part.folds !== null && metric === undefined ? { std: combination.std } : {}
    return { x: across(params), y: down(params), mean, ...std, ...absences[status] }
  })
}

/** Published means of a part, with the settings that they are of; none where published numbers do not compare. */
export function publishedValues(
  { results, published }: FigureSource,
  part: string,
  metric: ReportMetric,
): readonly { readonly where: Params; readonly epoch: number | undefined; readonly value: number }[] {
  if (!results.compared) return []
  return numbersOf(published).flatMap(({ ours, value }) =>
    isMeasured(ours) && ours.part === part && ours.metric === metric && ours.statistic === 'mean'
      ? [{ where: ours.where, epoch: ours.epoch, value }]
      : [],
  )
}

/** What a publication calls the best value of an axis, if it does. */
export function publishedBest(
  { results, published }: FigureSource,
  part: string,
  axis: Axis,
): number | undefined {
  if (!results.compared) return undefined
  const of = typeof axis === 'string' ? undefined : axis.of
  const field = fieldOfAxis(axis)
  const found = numbersOf(published).find(
    ({ ours }) => 'chosen' in ours && ours.part === part && ours.chosen === field && ours.of === of,
  )
  return found?.value
}

function isMeasured(ours: Measured | object): ours is Measured {
  return 'metric' in ours
}

/** Whether settings have a value on an axis. */
export function has(where: Params, axis: Axis, value: Json): boolean {
  return fieldOfAxis(axis) in where && placeOn(axis)(where) === value
}
