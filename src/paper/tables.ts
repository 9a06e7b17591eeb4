import { type Row, toCsv } from '../base/csv.ts'
import type { Json, Params } from '../study/definition/schema.ts'
import type { BestModel, ExperimentResults, PaperResults, PartResults } from './results.ts'

/** A table as the text of a CSV file. */
export interface Table {
  /** Of the file, without ".csv": "comparisons", "l2-runs" ... No two tables have the same. */
  readonly name: string
  readonly text: string
}

/**
 * Every table of the results. Tables without rows are left out. The first column of each names the data, so that a
 * table of drawn images or of a tenth of the rows says so wherever it is copied to.
 */
export function tablesOf(results: PaperResults): readonly Table[] {
  const data = dataText(results)
  const parts = results.experiments.flatMap((experiment) => experiment.parts)
  const models = results.experiments.flatMap((experiment) => experiment.models)
  const tables: readonly (readonly [name: string, rows: readonly Row[]])[] = [
    ['experiments', results.experiments.map(experimentRow)],
    ['comparisons', results.experiments.flatMap(comparisonRows)],
    ['settings', results.settings.map((setting) => ({ ...setting }))],
    ['contradictions', contradictionRows(results)],
    ['choices', results.experiments.flatMap(choiceRows)],
    ['finals', results.experiments.flatMap(finalRows)],
    ['gradient-check', results.experiments.flatMap(tensorRows)],
    ['gradient-check-first-elements', results.experiments.flatMap(elementRows)],
    ...parts.flatMap((part): [string, Row[]][] => [
      [part.id, combinationRows(part)],
      [`${part.id}-runs`, runRows(part)],
      [`${part.id}-epochs`, epochRows(part)],
    ]),
    ...models.flatMap((model): [string, Row[]][] => [
      [`${model.id}-confusion`, confusionRows(model, results.dataset.classes)],
      [`${model.id}-mistakes`, mistakeRows(model, results.dataset.classes)],
    ]),
  ]
  return tables.flatMap(([name, rows]) =>
    rows.length === 0 ? [] : [{ name, text: toCsv(rows.map((row) => ({ data, ...row }))) }],
  )
}

function dataText({ dataset, quick }: PaperResults): string {
  const name = dataset.synthetic ? `${dataset.name} (drawn by a program)` : dataset.name
  return quick ? `${name}, a tenth of the training rows` : name
}

function experimentRow({ id, title, sections, figures, state, missing, command }: ExperimentResults): Row {
  return {
    experiment: id,
    title,
    sections: sections.join(' '),
    figures: figures.join(' '),
    state,
    missing: missing.join(' '),
    command,
  }
}

function comparisonRows({ id, comparisons }: ExperimentResults): Row[] {
  return comparisons.map(({ range, contradictions, headline, ...rest }) => ({
    experiment: id,
    ...rest,
    low: range?.low ?? null,
    high: range?.high ?? null,
    contradictions: contradictions.join(' '),
    headline: headline ? 'yes' : 'no',
  }))
}

function contradictionRows({ contradictions }: PaperResults): Row[] {
  return contradictions.flatMap(({ number, title, experiments, claims, ours }) =>
    claims.map(({ where, says, values }) => ({
      number,
      title,
      experiments: experiments.join(' '),
      where,
      says,
      values: values.join(' '),
      ours,
    })),
  )
}

function choiceRows({ id, choice }: ExperimentResults): Row[] {
  if (choice === null) return []
  const { onTest, honest, cells } = choice
  const row = (
    what: string,
    part: string,
    params: Params,
    score: number | null,
    testAccuracy: number | null,
  ) => ({
    experiment: id,
    what,
    part,
    ...cellsOf(params),
    foldScore: score,
    testAccuracy,
  })
  return [
    ...(onTest === null
      ? []
      : [row("The paper's way", onTest.part, onTest.params, null, onTest.testAccuracy)]),
    ...(honest === null
      ? []
      : [row(honest.how, honest.part, honest.params, honest.score, honest.testAccuracy)]),
    ...cells.map(({ what, params, testAccuracy }) =>
      row(what, onTest?.part ?? '', params, null, testAccuracy),
    ),
  ]
}

function finalRows({ finals }: ExperimentResults): Row[] {
  return finals.flatMap(({ id, search, searchEpochs, epochs, finalists }) =>
    finalists.map(({ params, searchRank, searchMean, searchStd, mean, std, rank, chosen }) => ({
      final: id,
      search,
      ...cellsOf(params),
      searchEpochs,
      searchRank,
      searchMean,
      searchStd,
      epochs,
      mean,
      std,
      rank,
      chosen: chosen ? 'yes' : 'no',
    })),
  )
}

function tensorRows({ gradientChecks }: ExperimentResults): Row[] {
  return gradientChecks.flatMap(({ model, report }) =>
    report.tensors.map((tensor) => ({
      model,
      epsilon: report.epsilon,
      tolerance: report.tolerance,
      ...tensor,
    })),
  )
}

function elementRows({ gradientChecks }: ExperimentResults): Row[] {
  return gradientChecks.flatMap(({ model, report }) =>
    report.firstElements.map((element) => ({ model, epsilon: report.epsilon, ...element })),
  )
}

function combinationRows({ combinations, chosenOn }: PartResults): Row[] {
  return combinations.map(({ params, status, reason, mean, std, rank, runs }) => ({
    ...cellsOf(params),
    status,
    chosenOn,
    mean,
    std,
    rank,
    trainings: runs.length,
    reason,
  }))
}

function runRows({ combinations }: PartResults): Row[] {
  return combinations.flatMap(({ params, runs }) =>
    runs.map(({ history, ...run }) => ({ ...cellsOf(params), ...run })),
  )
}

function epochRows({ combinations }: PartResults): Row[] {
  return combinations.flatMap(({ params, runs }) =>
    runs.flatMap(({ seed, fold, history }) =>
      history.map(({ epoch, ...scores }) => ({ ...cellsOf(params), seed, fold, epoch, ...scores })),
    ),
  )
}

/** A row for each true class: how many of its images were taken for which class, and the share that was right. */
function confusionRows({ confusion, recall }: BestModel, classes: readonly string[]): Row[] {
  return confusion.map((counts, i) => ({
    class: classes[i] ?? i,
    ...Object.fromEntries(counts.map((number, j) => [`as ${classes[j] ?? j}`, number])),
    recall: recall[i] ?? null,
  }))
}

function mistakeRows({ mistakes }: BestModel, classes: readonly string[]): Row[] {
  return mistakes.map(({ index, label, predicted, probability }) => ({
    testImage: index,
    class: classes[label] ?? label,
    predicted: classes[predicted] ?? predicted,
    probability,
  }))
}

function cellsOf(params: Params): Row {
  return Object.fromEntries(Object.entries(params).map(([field, value]) => [field, cellOf(value)]))
}

function cellOf(value: Json): number | string {
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value)
}
