import { access, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { DataError } from '../../../base/errors.ts'
import { packageVersion } from '../../../base/version.node.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { matchFingerprint } from '../../../data/fingerprint.ts'
import { collectReport } from '../../../report/collect/collect.ts'
import type { ReportInput, StoredStudy } from '../../../report/collect/input.ts'
import { imagesOf } from '../../../report/images.ts'
import type { ReportDataset, ReportResults } from '../../../report/results.ts'
import { writeReport } from '../../../report/writeReport.node.ts'
import type { Reproduction } from '../../../reproduction/reproduction.ts'
import { defaultEngine, reproductionStudy, studyName } from '../../../reproduction/study.ts'
import type { StudyOverview, StudyStore } from '../../../store/contract.ts'
import { studyConfig } from '../../../study/definition/config.ts'
import { codeOf } from '../../../study/run/code.node.ts'
import { commandLine } from '../commandLine.ts'
import { isSourceName, type OpenedDataset, openDataset, sampledWarning } from '../dataset.ts'
import { warning } from '../terminal/output.ts'
import type { ReproductionChoice, ReproductionFlags } from './flags.ts'
import { gradientsFile, readGradients } from './gradients.ts'

/** A reproduction as the command line names it: "paper", or its folder. */
export interface NamedReproduction {
  readonly what: string
  /** Of its files. */
  readonly home: string
  readonly reproduction: Reproduction
}

export interface ReportTarget {
  readonly named: NamedReproduction
  readonly store: StudyStore
  readonly choice: ReproductionChoice
  readonly opened: OpenedDataset
  /** It exists. */
  readonly folder: string
  /** Leave a report alone that says the same. */
  readonly keep: boolean
}

export interface WrittenResults {
  readonly results: ReportResults
  /** The page to open. */
  readonly path: string
}

/**
 * The data of a reproduction: what was asked for; else what its study names; else Fashion-MNIST if its study has been
 * begun; else Fashion-MNIST or, if it cannot be found or downloaded, synthetic data.
 */
export async function openData(
  { reproduction, home }: NamedReproduction,
  store: StudyStore,
  choice: ReproductionChoice,
  { data, offline, json }: ReproductionFlags,
): Promise<OpenedDataset> {
  const { data: own } = reproduction.study
  const named = own === undefined || isSourceName(own) ? own : resolve(home, own)
  const begun = data === undefined && (await wasRun(reproduction, store, choice))
  return openDataset(data ?? named ?? (begun ? 'fashion-mnist' : undefined), {
    offline: offline === true,
    quiet: json === true,
  })
}

export async function wasRun(
  reproduction: Reproduction,
  store: StudyStore,
  choice: ReproductionChoice,
): Promise<boolean> {
  return (await newest(store, studyName(reproduction, choice))) !== null
}

/** Where a report goes by default: beside the store, in a folder of the study's name. */
export function reportFolder(store: Pick<StudyStore, 'place'>, name: string): string {
  return join(dirname(store.place), name)
}

/**
 * Writes the report of what the store holds of a reproduction.
 *
 * @throws DataError if it was trained on other data than `opened`; OutputError
 */
export async function makeReport(target: ReportTarget): Promise<WrittenResults> {
  const { named, store, choice, opened, folder } = target
  const { reproduction } = named
  const { dataset } = opened
  const main = await newest(store, studyName(reproduction, choice))
  // What another version chose and trained does not follow from this study.
  const later = async (stage: string): Promise<StudyOverview | null> => {
    const study = await newest(store, studyName(reproduction, choice, stage))
    return study?.codeVersion === main?.codeVersion ? study : null
  }
  const stages = [await later('finals'), await later('best')]
  const all = [main, ...stages].flatMap((study) => study ?? [])
  for (const study of all) await refuseOtherData(study, dataset)
  // Gradients are checked in float64, whatever trains.
  const made = all.at(-1)?.codeVersion
  const gradients = await readGradients(gradientsFile(folder), {
    codeVersion: made === undefined ? undefined : codeOf(made),
    dataset,
  })
  const study = main === null ? reproductionStudy(reproduction, choice) : studyOf(main)
  const input: ReportInput = {
    store,
    createdAt: lastEnd(all) ?? new Date().toISOString(),
    version: packageVersion(),
    dataset: factsOf(dataset),
    quick: choice.quick,
    seeds: choice.seeds ?? null,
    engine: choice.engine,
    studies: [
      { id: main?.id ?? null, study },
      ...stages.flatMap((stage): StoredStudy[] =>
        stage === null ? [] : [{ id: stage.id, study: studyOf(stage) }],
      ),
    ],
    published: reproduction.published,
    isPublication: true,
    stages: reproduction.secondStage?.searches ?? [],
    gradientChecks: gradients ?? [],
    command: (experiment) => commandOf(named.what, choice, experiment),
  }
  return writeResults(input, dataset, target)
}

/** Collects and writes a report, unless it is to be kept and says the same already. */
export async function writeResults(
  input: ReportInput,
  dataset: Dataset,
  { folder, keep }: Pick<ReportTarget, 'folder' | 'keep'>,
): Promise<WrittenResults> {
  const results = await collectReport(input)
  const path = join(folder, 'report.html')
  if (keep && (await exists(path)) && (await saysTheSame(folder, results))) return { results, path }
  const source = { results, published: input.published, images: imagesOf(dataset, results) }
  return { results, path: (await writeReport(source, folder)).path }
}

/** "atelier run paper --only l2 --quick" */
function commandOf(what: string, choice: ReproductionChoice, only: string | undefined): string {
  const { quick, seeds, engine, synthetic = false } = choice
  return commandLine(['run', what], {
    only,
    quick: quick || undefined,
    seeds: seeds === undefined ? undefined : String(seeds),
    engine: engine === defaultEngine ? undefined : engine,
    data: synthetic ? 'synthetic' : undefined,
  })
}

export function factsOf({ name, synthetic, train, test, height, width, classes }: Dataset): ReportDataset {
  return {
    name,
    synthetic,
    trainRows: train.count,
    testRows: test.count,
    height,
    width,
    classes,
  }
}

/** @throws DataError */
export async function refuseOtherData(
  { name, fingerprint, dataset: trainedOn }: StudyOverview,
  dataset: Dataset,
): Promise<void> {
  const match = await matchFingerprint(fingerprint, dataset)
  if (match === 'sampled') warning(sampledWarning(`study "${name}"`))
  if (match !== 'other') return
  const hint = `The study was trained on ${trainedOn}; name that data with --data.`
  throw new DataError(`is not what the study "${name}" was trained on.`, { where: dataset.name, hint })
}

async function newest(store: StudyStore, name: string): Promise<StudyOverview | null> {
  const [study] = await store.studies({ name })
  return study ?? null
}

function studyOf({ name, config }: StudyOverview) {
  return studyConfig(config, `study "${name}"`)
}

/** When the last training ended: the same results give the same report, whenever it is made. */
export function lastEnd(studies: readonly StudyOverview[]): string | undefined {
  return studies
    .flatMap((study) => study.lastEndedAt ?? [])
    .sort()
    .at(-1)
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function saysTheSame(folder: string, results: ReportResults): Promise<boolean> {
  const written = await readFile(join(folder, 'results.json'), 'utf8').catch(() => '')
  return written === `${JSON.stringify(results, null, 2)}\n`
}
