import { percent, plural } from '../../base/format.ts'
import { statistic } from '../../study/results/results.ts'
import type { Measured } from '../published.ts'
import type { CombinationScores, PartResults, RunResults } from '../results.ts'
import { type Labels, label, valueText } from '../words.ts'
import { scoreOf } from './values.ts'

/** What one has to know of the trainings behind a number, to compare it with a published one. */
export function notesOf(
  combinations: readonly CombinationScores[],
  place: Measured,
  about: { readonly folds: PartResults['folds']; readonly classes: number; readonly labels: Labels },
): string[] {
  const { folds, classes, labels } = about
  const runs = combinations.flatMap((combination) => combination.runs)
  const values = runs.flatMap((run) => scoreOf(run, place, classes) ?? [])
  const all = plural(runs.length, 'training')
  const ended = (status: RunResults['status']) => runs.filter((run) => run.status === status).length
  const note = (number: number, text: string) => (number === 0 ? [] : [`${number} of ${all} ${text}`])
  const failures = note(ended('failed'), 'failed.')
  if (values.length === 0) return failures
  const accuracy = !place.metric.endsWith('Loss')
  const diverged = accuracy && place.statistic === 'mean' ? ended('diverged') : 0
  const stuck = accuracy && folds !== null ? values.filter((value) => value < 1.5 / classes).length : 0
  return [
    ...(ended('open') === 0 ? [] : [`${values.length} of ${all} so far.`]),
    ...failures,
    ...note(diverged, 'diverged: counted as chance.'),
    ...(stuck === 0 ? [] : [`${stuck} of ${plural(values.length, 'training')} stayed at chance.`]),
    ...(combinations.length > 1 ? [eachText(combinations, place, classes, labels)] : []),
  ]
}

/** If the publication does not say which of several combinations it means, all count; each is named. */
function eachText(
  combinations: readonly CombinationScores[],
  place: Measured,
  classes: number,
  labels: Labels,
): string {
  const fields = Object.keys(combinations[0]?.params ?? {}).filter((field) => !(field in place.where))
  const each = combinations.map(({ params, runs }) => {
    const mean = statistic(runs.flatMap((run) => scoreOf(run, place, classes) ?? []))?.mean
    const name = fields.map((field) => valueText(params[field])).join(', ')
    return `${name}: ${mean === undefined ? 'not run' : percent(mean)}`
  })
  return `Mean over ${fields.map((field) => label(field, labels)).join(' and ')}. ${each.join('; ')}.`
}
