import { statistic } from '../../study/results/results.ts'
import type { Measured } from '../comparison.ts'
import type { PaperCombination, PaperRun, PartResults } from '../results.ts'
import { scoreOf } from './scoreOf.ts'
import { count, label, percent, valueText } from './words.ts'

/** What one has to know of the trainings behind a number, to compare it with the paper's. */
export function notesOf(
  combinations: readonly PaperCombination[],
  place: Measured,
  { folds, classes }: { readonly folds: PartResults['folds']; readonly classes: number },
): string[] {
  const runs = combinations.flatMap((combination) => combination.runs)
  const values = runs.flatMap((run) => scoreOf(run, place, classes) ?? [])
  if (values.length === 0) return failureNotes(runs)
  const accuracy = !place.measure.endsWith('Loss')
  return [
    ...progressNotes(values, runs),
    ...failureNotes(runs),
    ...(accuracy ? divergedNotes(runs, place) : []),
    ...(accuracy && folds !== null ? chanceNotes(runs, place, classes) : []),
    ...(combinations.length > 1 ? combinationNotes(combinations, place, classes) : []),
  ]
}

function progressNotes(values: readonly number[], runs: readonly PaperRun[]): string[] {
  const open = runs.filter(({ status }) => status === 'open').length
  return open === 0 ? [] : [`${values.length} of ${count(runs.length, 'training')} so far.`]
}

function failureNotes(runs: readonly PaperRun[]): string[] {
  const failed = runs.filter(({ status }) => status === 'failed').length
  return failed === 0 ? [] : [`${failed} of ${count(runs.length, 'training')} failed.`]
}

function divergedNotes(runs: readonly PaperRun[], { statistic: kind }: Measured): string[] {
  const diverged = runs.filter(({ status }) => status === 'diverged').length
  if (diverged === 0 || kind === 'std') return []
  const why = 'a network whose outputs are no numbers predicts one class, which counts as chance'
  return [`${diverged} of ${count(runs.length, 'training')} diverged: ${why}.`]
}

/** Some folds that learn nothing while others learn make a mean that no training has. */
function chanceNotes(runs: readonly PaperRun[], place: Measured, classes: number): string[] {
  const values = runs.flatMap((run) => scoreOf(run, place, classes) ?? [])
  const stuck = values.filter((value) => value < 1.5 / classes).length
  if (stuck === 0) return []
  return [`${stuck} of ${count(values.length, 'training')} stayed at chance.`]
}

/** Where the paper does not say which of several combinations it means, all count; each is named. */
function combinationNotes(
  combinations: readonly PaperCombination[],
  place: Measured,
  classes: number,
): string[] {
  const fields = Object.keys(combinations[0]?.params ?? {}).filter((field) => !(field in place.params))
  const each = combinations.map(({ params, runs }) => {
    const { mean } = statistic(runs.flatMap((run) => scoreOf(run, place, classes) ?? [])) ?? { mean: null }
    const name = fields.map((field) => valueText(field, params[field])).join(', ')
    return `${name} ${mean === null ? 'not run' : percent(mean)}`
  })
  return [`The paper does not say its ${fields.map(label).join(' and ')}; mean of both: ${each.join(', ')}.`]
}
