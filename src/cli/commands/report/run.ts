import { seconds } from '../../../base/clock.ts'
import { ConfigError } from '../../../base/errors.ts'
import { duration } from '../../../base/format.ts'
import { ENGINE_NAMES, type EngineName } from '../../../engine/engine.ts'
import { makeFolder } from '../../../report/writeReport.node.ts'
import { defaultEngine, studyName } from '../../../reproduction/study.ts'
import type { StudyStore } from '../../../store/contract.ts'
import { commandLine } from '../../shared/commandLine.ts'
import { openDataset } from '../../shared/dataset.ts'
import {
  choiceOf,
  type ReproductionChoice,
  type ReproductionFlags,
  refuse,
} from '../../shared/reproduction/flags.ts'
import { gradientsFile } from '../../shared/reproduction/gradients.ts'
import {
  exists,
  makeReport,
  type NamedReproduction,
  openData,
  reportFolder,
  type WrittenResults,
  wasRun,
} from '../../shared/reproduction/makeReport.ts'
import { openReproduction, reproductionFolder } from '../../shared/reproduction/open.ts'
import { summaryText } from '../../shared/reproduction/summary.ts'
import { withStore } from '../../shared/studies/studyRef.ts'
import { print, printJson, shortPath } from '../../shared/terminal/output.ts'
import { choice as anyOf } from '../../shared/values.ts'
import { reportOnStudy } from './study.ts'

export interface ReportFlags extends ReproductionFlags {
  readonly against?: string
  readonly limit?: string
}

/**
 * `atelier report WHAT`: of a reproduction ("paper", or its folder) or of any study in the store.
 *
 * @throws AtelierError if it has not been run, or the folder cannot be written
 */
export async function report(what: string, flags: ReportFlags): Promise<void> {
  const begun = seconds()
  const home = reproductionFolder(what)
  const work =
    home === undefined
      ? (store: StudyStore) => studyReport(what, store, flags)
      : await reproductionReport(what, home, flags)
  await withStore(flags, async (store) => {
    const { results, path } = await work(store)
    const took = seconds() - begun
    if (flags.json === true) printJson({ type: 'report', path, seconds: took })
    else print(`${summaryText(results)}\n\nreport: ${shortPath(path)} (${duration(took)})`)
  })
}

function studyReport(what: string, store: StudyStore, flags: ReportFlags): Promise<WrittenResults> {
  refuse(flags, ['quick', 'seeds', 'engine'], 'only applies to reproductions.')
  return reportOnStudy(what, store, flags)
}

async function reproductionReport(what: string, home: string, flags: ReportFlags) {
  refuse(
    flags,
    ['against', 'limit'],
    'does not apply to a reproduction, which has its own published numbers.',
  )
  const { engine } = flags
  const asked = engine === undefined ? undefined : anyOf('--engine', engine, ENGINE_NAMES)
  const named = { what, home, reproduction: await openReproduction(home) }
  return async (store: StudyStore): Promise<WrittenResults> => {
    const choice = await chosen(named, store, flags, asked)
    const folder = flags.out ?? reportFolder(store, studyName(named.reproduction, choice))
    await refuseUnlessRun(named, store, choice, folder, flags)
    const synthetic = choice.synthetic === true && flags.data === undefined
    const opened = synthetic
      ? await openDataset('synthetic', { offline: flags.offline === true, quiet: flags.json === true })
      : await openData(named, store, choice, flags)
    await makeFolder(folder)
    return makeReport({ named, store, choice, opened, folder, keep: false })
  }
}

/** The study that is meant: the engine that is asked for, or the one that has run; synthetic data if no other was run. */
async function chosen(
  { reproduction }: NamedReproduction,
  store: StudyStore,
  flags: ReportFlags,
  asked: EngineName | undefined,
): Promise<ReproductionChoice> {
  const { data } = flags
  const candidates = (asked === undefined ? ENGINE_NAMES : [asked]).flatMap((engine) =>
    [false, true].map((synthetic) => ({ ...choiceOf(flags, engine), ...(synthetic ? { synthetic } : {}) })),
  )
  for (const choice of candidates) {
    const { synthetic = false } = choice
    if (data !== undefined && (data === 'synthetic') !== synthetic) continue
    if (await wasRun(reproduction, store, choice)) return choice
  }
  const choice = choiceOf(flags, asked ?? defaultEngine)
  return data === 'synthetic' ? { ...choice, synthetic: true } : choice
}

/** @throws ConfigError naming the command that runs it */
async function refuseUnlessRun(
  { what, reproduction }: NamedReproduction,
  store: StudyStore,
  choice: ReproductionChoice,
  folder: string,
  flags: ReportFlags,
): Promise<void> {
  if ((await wasRun(reproduction, store, choice)) || (await exists(gradientsFile(folder)))) return
  const { quick, seeds, store: place, data, offline, out } = flags
  const command = commandLine(['run', what], {
    engine: choice.engine === defaultEngine ? undefined : choice.engine,
    ...{ quick, seeds, store: place, data, offline, out },
  })
  throw new ConfigError(
    `the study "${studyName(reproduction, { ...choice, synthetic: false })}" has not been run.`,
    {
      where: store.place,
      hint: `"${command}" runs it; --quick, --seeds and --engine must be as they were then.`,
    },
  )
}
