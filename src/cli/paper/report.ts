import { access, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { outputError } from '../../base/atomic.node.ts'
import { seconds } from '../../base/clock.ts'
import { ConfigError, DataError } from '../../base/errors.ts'
import { duration } from '../../base/format.ts'
import { makeFolders } from '../../base/makeFolders.node.ts'
import { suggestion } from '../../base/nearest.ts'
import { packageVersion } from '../../base/version.node.ts'
import type { Dataset } from '../../data/dataset.ts'
import { matchFingerprint } from '../../data/fingerprint.ts'
import { ENGINE_NAMES, type EngineName } from '../../engine/engine.ts'
import { collectPaper } from '../../paper/collect/collect.ts'
import type { StoredStudy } from '../../paper/collect/input.ts'
import { imagesOf } from '../../paper/images.ts'
import type { PaperResults } from '../../paper/results.ts'
import { paperName, usualEngine } from '../../paper/study.ts'
import { writeReport } from '../../paper/writeReport.node.ts'
import type { StudyOverview, StudyStore } from '../../store/contract.ts'
import { studyConfig } from '../../study/definition/config.ts'
import { codeOf } from '../../study/run/code.node.ts'
import { commandLine } from '../shared/commandLine.ts'
import { type OpenedDataset, openDataset, sampledWarning } from '../shared/dataset.ts'
import { withStore } from '../shared/studies/studyRef.ts'
import { print, printJson, shortPath, warning } from '../shared/terminal/output.ts'
import { choice as anyOf } from '../shared/values.ts'
import { type PaperChoice, type PaperFlags, paperChoice } from './flags.ts'
import { gradientsFile, readGradients } from './gradients.ts'
import { summaryText } from './summary.ts'

export interface ReportTarget {
  /** Leave a report alone that says the same. */
  readonly keep: boolean
  readonly store: StudyStore
  readonly choice: PaperChoice
  readonly opened: OpenedDataset
  /** It exists. */
  readonly folder: string
}

export interface Report {
  readonly results: PaperResults
  /** The page to open. */
  readonly path: string
}

/** `atelier report WHAT`. @throws AtelierError where that has not been run, or its folder cannot be written */
export async function reportOn(what: string, flags: PaperFlags): Promise<void> {
  if (what !== 'paper') {
    const hint = `${suggestion(what, ['paper'])} Tables of other studies: "atelier runs show ${what}".`.trim()
    throw new ConfigError(`"${what}" has no report.`, { where: 'atelier report', hint })
  }
  const begun = seconds()
  const engine = flags.engine === undefined ? undefined : anyOf('--engine', flags.engine, ENGINE_NAMES)
  await withStore(flags, async (store) => {
    const asked = paperChoice(flags, engine ?? (await engineRun(store, flags)))
    const synthetic =
      flags.data === 'synthetic' || (flags.data === undefined && !(await wasRun(store, asked)))
    const choice: PaperChoice = synthetic ? { ...asked, synthetic } : asked
    const folder = flags.out ?? paperFolder(store, choice)
    if (!(await wasRun(store, choice)) && !(await exists(gradientsFile(folder)))) {
      const { quick, seeds, store: place, data, offline } = flags
      const command = commandLine(['run', 'paper'], {
        engine: choice.engine === usualEngine ? undefined : choice.engine,
        ...{ quick, seeds, store: place, data, offline, out: flags.out },
      })
      const hint = `"${command}" runs it; --quick, --seeds and --engine must be as they were then.`
      throw new ConfigError(`the study "${paperName(asked)}" has not been run.`, {
        where: store.place,
        hint,
      })
    }
    const json = flags.json === true
    const opened = await openDataset(flags.data ?? (synthetic ? 'synthetic' : 'fashion-mnist'), {
      offline: flags.offline === true,
      quiet: json,
    })
    await makeFolder(folder)
    const { results, path } = await makeReport({ keep: false, store, choice, opened, folder })
    const took = seconds() - begun
    if (json) printJson({ type: 'report', path, seconds: took })
    else print(`${summaryText(results)}\n\nreport: ${shortPath(path)} (${duration(took)})`)
  })
}

/** The engine that a study of the paper was run with, where none is named: the usual one, or else another that was. */
async function engineRun(store: StudyStore, flags: PaperFlags): Promise<EngineName> {
  for (const engine of ENGINE_NAMES)
    for (const synthetic of [false, true])
      if (await wasRun(store, { ...paperChoice(flags, engine), synthetic })) return engine
  return usualEngine
}

async function wasRun(store: StudyStore, choice: PaperChoice): Promise<boolean> {
  return (await newest(store, paperName(choice))) !== null
}

/**
 * The data to train the paper on: what was asked for; else Fashion-MNIST if its study has been begun; else Fashion-MNIST
 * or, if it cannot be found or downloaded, synthetic data.
 */
export async function openPaperData(
  store: StudyStore,
  choice: PaperChoice,
  { data, offline, json }: PaperFlags,
): Promise<OpenedDataset> {
  const begun = data === undefined && (await wasRun(store, choice))
  return openDataset(data ?? (begun ? 'fashion-mnist' : undefined), {
    offline: offline === true,
    quiet: json === true,
  })
}

/** Where the report of a study of the paper goes when nothing else is said: beside the store. */
export function paperFolder(store: Pick<StudyStore, 'place'>, choice: PaperChoice): string {
  return join(dirname(store.place), paperName(choice))
}

/** @throws OutputError */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder)
  } catch (cause) {
    throw outputError(folder, cause)
  }
}

/**
 * Writes the report of what the store holds of the paper.
 *
 * @throws DataError where it was trained on other data than `opened`; OutputError
 */
export async function makeReport({ keep, store, choice, opened, folder }: ReportTarget): Promise<Report> {
  const { dataset } = opened
  const paper = await newest(store, paperName(choice))
  // What another version chose and trained is not of this study, which has not come that far yet.
  const later = async (stage: string): Promise<StudyOverview | null> => {
    const study = await newest(store, paperName(choice, stage))
    return study?.codeVersion === paper?.codeVersion ? study : null
  }
  const [finals, refit] = [await later('finals'), await later('best')]
  for (const study of [paper, finals, refit]) if (study !== null) await refuseOtherData(study, dataset)
  // Gradients are checked in float64, whatever trains.
  const made = (refit ?? paper)?.codeVersion
  const code = made === undefined ? undefined : codeOf(made)
  const gradients = await readGradients(gradientsFile(folder), { codeVersion: code, dataset })
  const results = await collectPaper({
    store,
    createdAt: lastOf([paper, finals, refit]) ?? new Date().toISOString(),
    version: packageVersion(),
    dataset: {
      name: dataset.name,
      synthetic: dataset.synthetic,
      trainRows: dataset.train.count,
      testRows: dataset.test.count,
      height: dataset.height,
      width: dataset.width,
      classes: dataset.classes,
    },
    quick: choice.quick,
    seeds: choice.seeds ?? null,
    engine: choice.engine,
    paper: stored(paper),
    finals: stored(finals),
    refit: stored(refit),
    gradientChecks: gradients ?? [],
  })
  const path = join(folder, 'report.html')
  if (keep && (await exists(path)) && (await saysTheSame(folder, results))) return { results, path }
  return { results, path: (await writeReport(results, imagesOf(dataset, results), folder)).path }
}

async function refuseOtherData({ name, fingerprint, dataset: trainedOn }: StudyOverview, dataset: Dataset) {
  const match = await matchFingerprint(fingerprint, dataset)
  if (match === 'sampled') warning(sampledWarning(`study "${name}"`))
  if (match !== 'other') return
  const hint = `It was trained on ${trainedOn}; name that with --data, or begin anew with "atelier run paper --fork".`
  throw new DataError(`is not what the study "${name}" was trained on.`, { where: dataset.name, hint })
}

async function newest(store: StudyStore, name: string): Promise<StudyOverview | null> {
  const [study] = await store.studies({ name })
  return study ?? null
}

function stored(study: StudyOverview | null): StoredStudy | null {
  return study === null ? null : { id: study.id, study: studyConfig(study.config, `study "${study.name}"`) }
}

/** When the last training ended: the same results give the same report, whenever it is made. */
function lastOf(studies: readonly (StudyOverview | null)[]): string | undefined {
  return studies
    .flatMap((study) => study?.lastEndedAt ?? [])
    .sort()
    .at(-1)
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function saysTheSame(folder: string, results: PaperResults): Promise<boolean> {
  const written = await readFile(join(folder, 'results.json'), 'utf8').catch(() => '')
  return written === `${JSON.stringify(results, null, 2)}\n`
}
