import { type Row, toCsv } from '../base/csv.ts'
import type { Json, Params } from '../study/definition/schema.ts'
import type { ExperimentResults, PartResults, RefittedModel, ReportResults } from './results.ts'

/** A table as the text of a CSV file. */
export interface Table {
  /** Of the file, without ".csv". No two tables have the same. */
  readonly name: string
  readonly text: string
}

/**
 * Every table of the results; tables without rows are left out. The first column names the data, so that a table of
 * synthetic images or of a fraction of the rows says so wherever it is copied to.
 */
export function tablesOf(results: ReportResults): readonly Table[] {
  const { experiments, dataset } = results
  const data = dataText(results)
  const parts = experiments.flatMap((experiment) => experiment.parts)
  const models = experiments.flatMap((experiment) => experiment.models)
  const tables: readonly (readonly [name: string, rows: readonly Row[]])[] = [
    ['experiments', experiments.map(experimentRow)],
    ['comparisons', experiments.flatMap(comparisonRows)],
    ['settings', results.settings.map((setting) => ({ ...setting }))],
    ['contradictions', contradictionRows(results)],
    ['choices', experiments.flatMap(choiceRows)],
    ['second-stage', experiments.flatMap(secondStageRows)],
    ['importance', parts.flatMap(importanceRows)],
    ['gradient-check', experiments.flatMap(tensorRows)],
    ['gradient-check-first-elements', experiments.flatMap(elementRows)],
    ...parts.flatMap((part): [string, Row[]][] => [
      [part.id, combinationRows(part)],
      [`${part.id}-runs`, runRows(part)],
      [`${part.id}-epochs`, epochRows(part)],
    ]),
    ...models.flatMap((model): [string, Row[]][] => [
      [`${model.id}-confusion`, confusionRows(model, dataset.classes)],
      [`${model.id}-misclassified`, misclassifiedRows(model, dataset.classes)],
    ]),
  ]
  const taken = new Set<string>()
  return tables.flatMap(([name, rows]) => {
    if (rows.length === 0) return []
    // An experiment may be called "experiments".
    const own = taken.has(name) ? `${name}-experiment` : name
    taken.add(own)
    return [{ name: own, text: toCsv(rows.map((row) => ({ data, ...row }))) }]
  })
}

function dataText({ dataset, quick }: ReportResults): string {
  const name = dataset.synthetic ? `${dataset.name} (drawn by a program)` : dataset.name
  return quick ? `${name}, a fraction of the training rows` : name
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

function comparisonRows({ id: experiment, comparisons }: ExperimentResults): Row[] {
  return comparisons.map(({ range, contradictions, headline, ...rest }) => ({
    experiment,
    ...rest,
    low: range?.low ?? null,
    high: range?.high ?? null,
    contradictions: contradictions.join(' '),
    headline: headline ? 'yes' : 'no',
  }))
}

function contradictionRows({ contradictions }: ReportResults): Row[] {
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

function choiceRows({ id, choices }: ExperimentResults): Row[] {
  return choices.map(({ title, part, params, score, testAccuracy }) => ({
    experiment: id,
    choice: title,
    part,
    ...cellsOf(params),
    heldOutScore: score,
    testAccuracy,
  }))
}

function secondStageRows({ secondStages }: ExperimentResults): Row[] {
  return secondStages.flatMap(({ id, search, searchEpochs, epochs, finalists }) =>
    finalists.map(({ params, searchRank, searchMean, searchStd, mean, std, rank, chosen }) => ({
      stage: id,
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

function importanceRows({ id, importance }: PartResults): Row[] {
  if (importance === null || importance.effects === null) return []
  return [
    ...importance.effects.map(({ axes, share }) => ({ part: id, axes: axes.join(' and '), share })),
    { part: id, axes: 'more axes together', share: importance.rest },
  ]
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

/** A row for each true class: how many of its images were taken for which class, and its recall. */
function confusionRows({ confusion, recall }: RefittedModel, classes: readonly string[]): Row[] {
  return confusion.map((counts, i) => ({
    class: classes[i] ?? i,
    ...Object.fromEntries(counts.map((number, j) => [`as ${classes[j] ?? j}`, number])),
    recall: recall[i] ?? null,
  }))
}

function misclassifiedRows({ misclassified }: RefittedModel, classes: readonly string[]): Row[] {
  return misclassified.map(({ index, label, predicted, probability }) => ({
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
