import { plural } from '../../base/format.ts'
import type { Environment } from '../../store/contract.ts'
import type { OutlineExperiment } from '../published.ts'
import type { ExperimentResults, PartResults, ReportResults } from '../results.ts'
import { choicesOf } from './choices.ts'
import { compareAll } from './compare.ts'
import { fill } from './fill.ts'
import type { ReportInput } from './input.ts'
import { refittedModels } from './models.ts'
import { type CollectedStudy, readStudy } from './readStudy.ts'
import { secondStageOf } from './secondStage.ts'
import { compareSettings } from './settings.ts'
import { totalsOf } from './totals.ts'

/** All that a report says, from what a store holds. Reads only; what was not run is missing, never made up. */
export async function collectReport(input: ReportInput): Promise<ReportResults> {
  const { store, published, dataset, stages, isPublication, gradientChecks } = input
  const studies: CollectedStudy[] = []
  for (const study of input.studies) studies.push(await readStudy(store, study))
  const collected = studies.flatMap(({ parts }) => parts)
  const parts = new Map(collected.map(({ result }) => [result.id, result]))
  const classes = dataset.classes.length
  const compared = isPublication && isOn(input)
  const context = { parts, classes, published, quick: input.quick, gradientChecks, labels: published.labels }
  const refitted = await refittedModels(store, stages, studies, parts)
  const secondStages = stages.flatMap((stage) => secondStageOf(stage, collected) ?? [])
  const experiments = published.experiments.map((outline): ExperimentResults => {
    const { id, title, type, sections } = outline
    const own = outline.parts.flatMap((part) => parts.get(part) ?? [])
    const named = new Set(outline.parts)
    return {
      id,
      title,
      type,
      sections,
      figures: published.figures.flatMap((figure) => (figure.experiment === id ? (figure.number ?? []) : [])),
      ...stateOf(outline, own, input),
      command: input.command(id),
      parts: own,
      comparisons: compared ? compareAll(id, context) : [],
      choices: choicesOf(outline, parts, classes),
      gradientChecks: type === 'gradientCheck' ? gradientChecks : [],
      secondStages: secondStages.filter((stage) => named.has(stage.id)),
      models: [...refitted.filter((model) => named.has(model.id)), ...(input.models?.get(id) ?? [])],
    }
  })
  const { createdAt, version, quick, seeds, engine } = input
  return {
    format: 2,
    study: input.studies[0].study.name,
    createdAt,
    version,
    dataset,
    quick,
    seeds,
    engine,
    command: input.command(),
    publication: isPublication ? { title: published.title, authors: published.authors } : null,
    compared,
    labels: published.labels,
    tolerance: published.tolerance,
    environments: await environmentsOf(input, studies),
    totals: totalsOf(studies, dataset.trainRows),
    experiments,
    settings: compared ? compareSettings(published, { specs: studies[0]?.specs ?? [], parts, dataset }) : [],
    contradictions: published.contradictions.map(({ title, experiments: about, claims, ours }, i) => ({
      number: i + 1,
      title,
      experiments: about,
      claims,
      ours: compared && ours !== undefined ? fill(ours, context) : null,
    })),
    remarks: published.remarks.flatMap((remark) => fill(remark, context) ?? []),
  }
}

/** Whether the data is the publication's own. */
function isOn({ dataset, published }: ReportInput): boolean {
  return !dataset.synthetic && (published.dataset === undefined || published.dataset === dataset.name)
}

function stateOf(
  { type, parts: named }: OutlineExperiment,
  parts: readonly PartResults[],
  { gradientChecks }: ReportInput,
): Pick<ExperimentResults, 'state' | 'missing'> {
  if (type === 'images') return { state: 'done', missing: [] }
  if (type === 'gradientCheck') {
    return gradientChecks.length > 0
      ? { state: 'done', missing: [] }
      : { state: 'missing', missing: ['The gradients have not been checked.'] }
  }
  const absent = named.filter((id) => parts.every((part) => part.id !== id))
  const begun = parts.some(({ combinations }) =>
    combinations.some(({ runs }) => runs.some(({ status }) => status !== 'open')),
  )
  const missing = [
    ...(absent.length === 0
      ? []
      : [`${absent.join(', ')}: not trained yet, because earlier trainings decide the settings.`]),
    ...parts.flatMap(missingOf),
  ]
  return { state: missing.length === 0 ? 'done' : begun ? 'partial' : 'missing', missing }
}

function missingOf({ id, combinations }: PartResults): string[] {
  const runs = combinations.flatMap((combination) => combination.runs)
  const open = runs.filter(({ status }) => status === 'open').length
  const failed = combinations.find(({ status }) => status === 'failed')
  const failures = runs.filter(({ status }) => status === 'failed').length
  const all = `${plural(runs.length, 'training')} of ${id}`
  const reason = failed?.reason ?? 'no reason is known'
  return [
    ...(open === 0 ? [] : [`${open} of ${all} ${open === 1 ? 'has' : 'have'} not been run.`]),
    ...(failed === undefined ? [] : [`${failures} of ${all} failed: ${reason.replace(/\.?$/, '.')}`]),
  ]
}

async function environmentsOf(
  { store }: ReportInput,
  studies: readonly CollectedStudy[],
): Promise<readonly Environment[]> {
  const ids = studies.flatMap(({ trials }) =>
    [...trials.values()].flatMap(({ environmentId }) => environmentId ?? []),
  )
  if (ids.length === 0) return []
  const known = await store.environments()
  return [...new Set(ids)].sort((a, b) => a - b).flatMap((id) => known.get(id) ?? [])
}
