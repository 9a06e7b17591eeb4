import { checkArgument } from '../../base/arguments.ts'
import type { Row } from '../../base/csv.ts'
import type { Objective } from '../definition/objective.ts'
import { pythonText } from '../definition/pythonText.ts'
import type { Json, Params } from '../definition/schema.ts'
import { type CombinationResult, checkSummary, type Summary } from './results.ts'
import { savingText } from './saving.ts'

export interface TableOptions {
  /** `grid`: as they were tried (the default). `rank`: the best first, then those without a rank. */
  readonly order?: 'grid' | 'rank'
  /** Other names for fields, such as `{ batchSize: 'batch_size' }`; rows of params are sorted by these. */
  readonly names?: Readonly<Record<string, string>>
  /** Adds rank and mean time of a trial to each line. */
  readonly details?: boolean
}

/**
 * The table that people know from scikit-learn's GridSearchCV:
 *
 *     Best: 0.877033 using {'batch_size': 50, 'model_learning_rate': 0.001}
 *     0.100133 (0.001165) with: {'batch_size': 50, 'model_learning_rate': 0.1}
 *
 * Each line is mean (standard deviation) of a combination. A combination without a result has `nan (nan)`; those that
 * failed come last, below a line that counts them and gives the reason. A choice that was not made on held-out rows is said in a line above. Where nothing is chosen there
 * is no best, and the other metrics stand behind each line.
 *
 * @returns lines that each end with a newline
 */
export function formatTable(summary: Summary, options: TableOptions = {}): string {
  checkSummary(summary)
  checkArgument(options, 'object', 'options')
  const { objective, chosen, best, saving } = summary
  const using =
    best === null ? 'none yet' : `${decimals(best.mean)} using ${paramsText(best.params, options)}`
  const lines = [
    ...(objective.choice === 'test' || objective.choice === 'train' ? [chosen] : []),
    ...(objective.ranked ? [`Best: ${using}`] : []),
    ...inOrder(summary, options)
      .filter(({ status }) => status !== 'failed')
      .map((combination) => lineOf(combination, objective, options)),
    ...failuresOf(summary).flatMap(({ title, failed }) => [
      title,
      ...failed.map((combination) => lineOf(combination, objective, options)),
    ]),
    ...(saving === null ? [] : [savingText(saving)]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

/**
 * One row for each combination, for CSV files and spreadsheets: parameters, results, and the value of every trial; where
 * nothing is chosen, the means of the other metrics too.
 */
export function tableRows(summary: Summary, options: TableOptions = {}): Row[] {
  checkSummary(summary)
  checkArgument(options, 'object', 'options')
  return inOrder(summary, options).map((combination) => ({
    experiment: summary.experiment,
    combination: combination.combination,
    status: publishedStatus(combination.status),
    rank: combination.rank,
    ...Object.fromEntries(named(combination.params, options).map(([name, value]) => [name, cell(value)])),
    metric: summary.objective.metric,
    chosenOn: summary.objective.choice,
    mean: combination.mean,
    std: combination.std,
    ...Object.fromEntries(otherMetrics(combination, summary.objective)),
    ...Object.fromEntries(combination.values.map((value) => [columnOf(value), value.value])),
    meanSeconds: combination.seconds?.mean ?? null,
    stdSeconds: combination.seconds?.std ?? null,
    reasonKind: combination.reasonKind,
    reason: combination.reason,
  }))
}

/** Tables and JSON have always said "stopped" for a combination that a rule pruned. */
function publishedStatus(status: CombinationResult['status']): string {
  return status === 'pruned' ? 'stopped' : status
}

/** A summary as the command line prints it as JSON. */
export function summaryJson(summary: Summary): unknown {
  const published = (combination: CombinationResult) => ({
    ...combination,
    status: publishedStatus(combination.status),
  })
  const { combinations, best } = summary
  return { ...summary, combinations: combinations.map(published), best: best && published(best) }
}

/** Failed combinations in grid order, by the kind of reason. */
function failuresOf({
  combinations,
}: Summary): { readonly title: string; readonly failed: readonly CombinationResult[] }[] {
  const all = combinations.filter(({ status }) => status === 'failed')
  return [...new Set(all.map(({ reasonKind }) => reasonKind))].map((kind) => {
    const failed = all.filter(({ reasonKind }) => reasonKind === kind)
    const reasons = new Set(failed.map(({ reason }) => reason))
    const [first] = reasons
    const why = `${kind === null ? '' : ` (${kind})`}${reasons.size > 1 ? ', the first' : ''}`
    const title = `Failed: ${failed.length} of ${combinations.length} combinations${why}${first ? `: ${first}` : ''}`
    return { title, failed }
  })
}

function inOrder({ combinations }: Summary, { order }: TableOptions): readonly CombinationResult[] {
  if (order !== 'rank') return combinations
  const place = ({ rank }: CombinationResult) => rank ?? Number.MAX_SAFE_INTEGER
  return combinations.toSorted((a, b) => place(a) - place(b))
}

/** Means of what a combination is not judged by; none where something is chosen, which should have one criterion. */
function otherMetrics({ metrics }: CombinationResult, { metric, ranked }: Objective): [string, number][] {
  if (ranked) return []
  return Object.entries(metrics).flatMap(([name, { mean }]) => (name === metric ? [] : [[name, mean]]))
}

function lineOf(combination: CombinationResult, objective: Objective, options: TableOptions): string {
  const { mean, std, params, status, reason, rank, seconds } = combination
  const line = `${decimals(mean)} (${decimals(std)}) with: ${paramsText(params, options)}`
  const notes = [
    ...(status === 'done' || status === 'failed'
      ? []
      : [`${publishedStatus(status)}${reason === null ? '' : `: ${reason}`}`]),
    ...otherMetrics(combination, objective).map(([name, value]) => `${name} ${decimals(value)}`),
    ...(options.details === true && rank !== null ? [`rank ${rank}`] : []),
    ...(options.details === true && seconds !== null ? [`${seconds.mean.toFixed(2)} s a trial`] : []),
  ]
  return notes.length === 0 ? line : `${line}  # ${notes.join(', ')}`
}

/** Like Python's %f. */
function decimals(value: number | null): string {
  return value === null ? 'nan' : value.toFixed(6)
}

function paramsText(params: Params, options: TableOptions): string {
  return pythonText(Object.fromEntries(named(params, options)))
}

function named(params: Params, { names = {} }: TableOptions): [string, Json][] {
  return Object.entries(params)
    .map(([path, value]): [string, Json] => [names[path] ?? path, value])
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

function cell(value: Json): number | string | null {
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value)
}

/** value_fold0_seed1 */
function columnOf({ fold, seed }: CombinationResult['values'][number]): string {
  return `value${fold === null ? '' : `_fold${fold}`}_seed${seed}`
}
