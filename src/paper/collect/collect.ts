import type { Environment } from '../../store/contract.ts'
import { isPapers } from '../banner.ts'
import { comparisons } from '../comparisons.ts'
import { contradictions } from '../contradictions.ts'
import { type PaperExperiment, type PaperId, paperExperiments } from '../experiments.ts'
import { stages } from '../finals.ts'
import type { ExperimentResults, PaperResults, PartResults } from '../results.ts'
import { paperParts, paperStudy, usualEngine } from '../study.ts'
import { type ChoiceContext, choiceOf } from './choices.ts'
import { compare } from './compare.ts'
import { describeExperiment } from './describe.ts'
import { differencesOf } from './differences.ts'
import { finalsOf } from './finals.ts'
import type { PaperInput } from './input.ts'
import { bestModels } from './models.ts'
import { oursOn } from './oursOn.ts'
import { type CollectedStudy, readStudy } from './readStudy.ts'
import { settingResults } from './settings.ts'
import { totalsOf } from './totals.ts'
import { count } from './words.ts'

/**
 * Everything that a report of the paper says, from what a store holds. Reads only; what was not run is missing, never
 * made up.
 */
export async function collectPaper(input: PaperInput): Promise<PaperResults> {
  const { store, paper, refit, dataset, quick, seeds, engine, gradientChecks } = input
  const usual = paperStudy({ quick, engine, ...(seeds === null ? {} : { seeds }) })
  const main = await readStudy(store, paper?.id ?? null, paper?.study ?? usual)
  const later = (study: PaperInput['refit']): Promise<CollectedStudy> | CollectedStudy =>
    study === null ? noStudy : readStudy(store, study.id, study.study)
  const [decided, refitted] = [await later(input.finals), await later(refit)]
  const collected = [...main.parts, ...decided.parts, ...refitted.parts]
  const parts = new Map(collected.map(({ result }) => [result.id, result]))
  const models =
    refit === null ? [] : await bestModels(store, refit.id, refitted, (part) => parts.get(part)?.axes ?? [])
  const finals = finalsOf(collected)
  const context: ChoiceContext = { parts, classes: dataset.classes.length, quick, finals }
  const papers = isPapers(dataset)
  // On other data there is nothing to compare with.
  const compared = papers ? comparisons : []
  const experiments = paperExperiments.map((experiment): ExperimentResults => {
    const own = collected.filter(({ result }) => experimentOf(result.id) === experiment.id)
    const results = own.map(({ result }) => result)
    return {
      ...pick(experiment),
      ...stateOf(experiment, results, input),
      settings: describeExperiment(experiment, own, input),
      command: commandOf(input, experiment.id),
      parts: results,
      comparisons: compared
        .filter((comparison) => comparison.experiment === experiment.id)
        .map((comparison) => compare(comparison, context)),
      choice: choiceOf(experiment.id, context),
      gradientChecks: experiment.kind === 'check' ? gradientChecks : [],
      finals: experiment.kind === 'refit' ? finals : [],
      models: experiment.kind === 'refit' ? models : [],
    }
  })
  const results: Omit<PaperResults, 'contradictions' | 'differences'> = {
    format: 1,
    createdAt: input.createdAt,
    version: input.version,
    dataset,
    quick,
    seeds,
    engine,
    command: commandOf(input),
    environments: await environmentsOf(input, [main, decided, refitted]),
    totals: totalsOf([main, decided, refitted], dataset.trainRows),
    experiments,
    settings: papers ? settingResults(main.specs, dataset) : [],
  }
  return {
    ...results,
    contradictions: contradictions.map(({ number, title, experiments: about, claims }) => ({
      number,
      title,
      experiments: about,
      claims,
      ours: papers ? oursOn(number, results) : null,
    })),
    differences: differencesOf(results, main.specs),
  }
}

const noStudy: CollectedStudy = { parts: [], trials: new Map(), specs: [] }

function experimentOf(part: string): PaperId | undefined {
  if (stages.some(({ final, refit }) => final === part || refit === part)) return 'best'
  return paperParts.find(({ id }) => id === part)?.of
}

function pick({ id, title, sections, figures }: PaperExperiment) {
  return { id, title, sections, figures }
}

/** "atelier run paper --only l2 --quick" */
function commandOf({ quick, seeds, engine, dataset }: PaperInput, only?: PaperId): string {
  return [
    'atelier run paper',
    ...(only === undefined ? [] : [`--only ${only}`]),
    ...(quick ? ['--quick'] : []),
    ...(seeds === null ? [] : [`--seeds ${seeds}`]),
    ...(engine === usualEngine ? [] : [`--engine ${engine}`]),
    ...(dataset.synthetic ? ['--data synthetic'] : []),
  ].join(' ')
}

function stateOf(
  { kind }: PaperExperiment,
  parts: readonly PartResults[],
  { gradientChecks }: PaperInput,
): Pick<ExperimentResults, 'state' | 'missing'> {
  if (kind === 'images') return { state: 'done', missing: [] }
  if (kind === 'check') {
    return gradientChecks.length > 0
      ? { state: 'done', missing: [] }
      : { state: 'missing', missing: ['The gradients have not been checked.'] }
  }
  const missing = [...(kind === 'refit' ? undecidedOf(parts) : []), ...parts.flatMap(missingOf)]
  if (kind === 'trainings' && parts.length === 0) missing.push('It has not been run.')
  const begun = parts.some(({ combinations }) =>
    combinations.some(({ runs }) => runs.some(({ status }) => status !== 'open')),
  )
  return { state: missing.length === 0 ? 'done' : begun ? 'partial' : 'missing', missing }
}

/** What the best models wait for: trainings that are known when those before them have chosen. */
function undecidedOf(parts: readonly PartResults[]): string[] {
  const has = (which: 'final' | 'refit'): boolean =>
    stages.some((stage) => parts.some(({ id }) => id === stage[which]))
  if (has('refit')) return []
  const [waits, decide] = has('final')
    ? ['trained on all rows', 'finals between the best of the searches']
    : ['trained', 'searches on folds']
  return [`The best models have not been ${waits}: they are chosen when the ${decide} are done.`]
}

function missingOf({ id, combinations }: PartResults): string[] {
  const runs = combinations.flatMap((combination) => combination.runs)
  const open = runs.filter(({ status }) => status === 'open').length
  const failed = combinations.find(({ status }) => status === 'failed')
  const failures = runs.filter(({ status }) => status === 'failed').length
  const all = `${count(runs.length, 'training')} of ${id}`
  return [
    ...(open === 0 ? [] : [`${open} of ${all} ${open === 1 ? 'has' : 'have'} not been run.`]),
    ...(failed === undefined
      ? []
      : [`${failures} of ${all} failed: ${sentence(failed.reason ?? 'no reason is known')}`]),
  ]
}

/** Reasons are sentences, but for those of other programs. */
function sentence(text: string): string {
  return text.endsWith('.') ? text : `${text}.`
}

async function environmentsOf(
  { store }: PaperInput,
  studies: readonly CollectedStudy[],
): Promise<readonly Environment[]> {
  const ids = studies.flatMap(({ trials }) =>
    [...trials.values()].flatMap(({ environmentId }) => environmentId ?? []),
  )
  if (ids.length === 0) return []
  const known = await store.environments()
  return [...new Set(ids)].sort((a, b) => a - b).flatMap((id) => known.get(id) ?? [])
}
