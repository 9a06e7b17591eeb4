import type { GridCell } from '../plot/grid.ts'
import type { Setting } from '../plot/measure.ts'
import type { Measurement } from '../plot/spread.ts'
import type { Params } from '../study/definition/schema.ts'
import type { PaperCombination, PartResults, RunScores } from './results.ts'
import { paperParts } from './study.ts'

/** How a combination is placed in a figure. */
export interface Placing {
  x(params: Params): number
  series(params: Params): string
}

/** A number among the settings; NaN, which no figure accepts, where the part does not vary it. */
export function numberAt(field: string): (params: Params) => number {
  return (params) => {
    const value = params[field]
    return typeof value === 'number' ? value : Number.NaN
  }
}

/** The settings of every search, and the axes that show them. */
export const rate = numberAt('optimizer.learningRate')
export const batch = numberAt('batchSize')
export const rateTitle = 'Learning rate'
export const batchTitle = 'Batch size (images)'
export const test = { measure: 'accuracy', title: 'Test accuracy' } as const

/** A value for each run, null where there is none: the figure shows the gap. */
export function measurementsOf(
  part: PartResults,
  { x, series }: Placing,
  score: keyof RunScores,
): Measurement<number>[] {
  return part.combinations.flatMap(({ params, runs }) =>
    runs.map((run) => ({ x: x(params), series: series(params), value: run[score] })),
  )
}

/** By epoch, of all combinations together. */
export function historyOf(part: PartResults, series: string, score: keyof RunScores): Measurement<number>[] {
  return part.combinations.flatMap(({ runs }) =>
    runs.flatMap(({ history }) => history.map((epoch) => ({ x: epoch.epoch, series, value: epoch[score] }))),
  )
}

/** Where a training of a combination diverged. */
export function divergedOf(part: PartResults, { x, series }: Placing) {
  return part.combinations
    .filter(({ status, runs }) => status === 'diverged' || runs.some((run) => run.status === 'diverged'))
    .map(({ params }) => ({ x: x(params), series: series(params) }))
}

/** The cells of a heat map: means of what the part is judged by, unless a score is given. */
export function cellsOf(
  part: PartResults,
  place: (params: Params) => { readonly x: Setting; readonly y: Setting },
  score?: keyof RunScores,
): GridCell[] {
  return part.combinations.map((combination) => {
    const mean = score === undefined ? combination.mean : meanOf(combination, score)
    const std = part.folds !== null && score === undefined ? { std: combination.std } : {}
    return { ...place(combination.params), mean, ...std, ...absence(combination) }
  })
}

/** Over the runs that have the score. */
export function meanOf({ runs }: PaperCombination, score: keyof RunScores): number | null {
  const values = runs.flatMap((run) => run[score] ?? [])
  if (values.length === 0) return null
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

const absences = {
  done: {},
  open: { absent: 'not run' },
  diverged: { absent: 'diverged' },
  failed: { absent: 'failed' },
}

/** Behind a name, where it has no value: " (diverged)". */
export function absenceText(status: PaperCombination['status']): string {
  return status === 'done' ? '' : ` (${absences[status].absent})`
}

function absence({ status }: PaperCombination): { readonly absent?: string } {
  return absences[status]
}

/** "1 epoch", "8 epochs": how long all trainings of a part are. */
export function lengthOf(id: string): string {
  const epochs = paperParts.find((part) => part.id === id)?.experiment.base?.epochs
  if (epochs === undefined) return ''
  return epochs === 1 ? '1 epoch' : `${epochs} epochs`
}

const ends = [
  ['diverged', 'diverged'],
  ['failed', 'failed'],
  ['open', 'not run'],
] as const

/** What of a part has no value, one phrase for each reason: "2 of 8 trainings diverged". */
export function gapsOf({ combinations }: PartResults): string[] {
  const runs = combinations.flatMap((combination) => combination.runs)
  return ends.flatMap(([status, word]) => {
    const count = runs.filter((run) => run.status === status).length
    return count === 0 ? [] : [`${count} of ${runs.length} trainings ${word}`]
  })
}
