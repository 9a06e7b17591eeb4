import { seconds } from '../../../base/clock.ts'
import { duration, plural } from '../../../base/format.ts'
import { fingerprint } from '../../../data/fingerprint.ts'
import type { EngineName } from '../../../engine/engine.ts'
import { makeFolder } from '../../../report/writeReport.node.ts'
import { refitStudy } from '../../../reproduction/refit.ts'
import type { Reproduction } from '../../../reproduction/reproduction.ts'
import { secondStageStudy } from '../../../reproduction/secondStage.ts'
import { partsOf, selectExperiments } from '../../../reproduction/select.ts'
import { reproductionStudy, studyName } from '../../../reproduction/study.ts'
import { openStudyStore } from '../../../store/studyStore.node.ts'
import type { Study } from '../../../study/definition/schema.ts'
import type { Summary } from '../../../study/results/results.ts'
import { codeVersion } from '../../../study/run/code.node.ts'
import { type RunStudyOptions, runStudy } from '../../../study/run/executor.node.ts'
import { commandLine } from '../../shared/commandLine.ts'
import type { OpenedDataset } from '../../shared/dataset.ts'
import { trainingEngineOf } from '../../shared/engine.ts'
import { Interruption } from '../../shared/interruption.ts'
import {
  choiceOf,
  onlyOf,
  type ReproductionChoice,
  type ReproductionFlags,
  refuse,
} from '../../shared/reproduction/flags.ts'
import {
  checkGradients,
  gradientsFile,
  readGradients,
  writeGradients,
} from '../../shared/reproduction/gradients.ts'
import { makeReport, openData, reportFolder } from '../../shared/reproduction/makeReport.ts'
import { openReproduction } from '../../shared/reproduction/open.ts'
import { summaryText } from '../../shared/reproduction/summary.ts'
import { type RunFlags, repeatable, usualStore } from '../../shared/studies/flags.ts'
import { checkpointSeconds, staleSeconds } from '../../shared/studies/timing.ts'
import { print, printJson, shortPath, whenReaderGone } from '../../shared/terminal/output.ts'
import { workerCount } from '../../shared/threads.ts'
import { number, whole } from '../../shared/values.ts'
import { announceFailure, announceStop, follow } from './follow.ts'
import { JsonView } from './jsonView.ts'
import { TextView } from './textView.ts'

/**
 * `atelier run paper`, or the folder of another reproduction: trains what is missing of its experiments, and writes the
 * report.
 *
 * @param what as the command line names it
 * @param home folder of its files
 * @throws AtelierError; Exit after an interruption
 */
export async function runReproduction(
  what: string,
  home: string,
  flags: ReproductionFlags & RunFlags,
): Promise<void> {
  refuse(
    flags,
    ['limit', 'refit', 'sort', 'details'],
    'does not apply to a reproduction, whose report shows it all.',
  )
  const begun = seconds()
  // Before anything else is compiled.
  const chosen = trainingEngineOf(flags.engine)
  const { engine } = chosen
  const asked = choiceOf(flags, engine)
  const reproduction = await openReproduction(home)
  const named = { what, home, reproduction }
  const only = onlyOf(flags.only)
  const experiments = selectExperiments(reproduction, only, '--only')
  const { workers, trials, minutes } = limitsOf(flags)
  const json = flags.json === true
  const view = json ? new JsonView() : new TextView(true)
  const store = await openStudyStore(flags.store ?? usualStore)
  const opened = await openData(named, store, asked, flags).catch(async (error: unknown) => {
    await store.close()
    throw error
  })
  const { synthetic } = opened.dataset
  const choice: ReproductionChoice = synthetic ? { ...asked, synthetic } : asked
  const folder = flags.out ?? reportFolder(store, studyName(reproduction, choice))
  const interruption = new Interruption({ onFirst: () => announceStop(view) })
  whenReaderGone((exitCode) => interruption.stop(exitCode))
  // Real data that appear in between must not turn the same command into another study.
  const repeated = { ...repeatable(flags, engine), ...(synthetic ? { data: 'synthetic' } : {}) }
  const again = commandLine(['run', what], repeated)
  try {
    // Before the trainings, so that a folder that cannot be written is known now.
    await makeFolder(folder)
    if (!json && what === 'paper' && only === undefined && !choice.quick) print(lengthText(workers))
    if (experiments.some(({ type }) => type === 'gradientCheck'))
      await keepGradients(reproduction, folder, opened, json)
    /** Trials that the stages so far were allowed, and the budget that is used up. */
    let allowed = 0
    let used: 'trials' | 'minutes' | undefined
    const run = async (study: Study, options: StageOptions): Promise<readonly Summary[]> => {
      const events = runStudy(study, {
        workers,
        staleSeconds: staleSeconds(),
        checkpointSeconds: checkpointSeconds(),
        fork: flags.fork === true,
        ...options,
        ...chosen,
        // Of all stages together.
        budget: {
          ...(trials === undefined ? {} : { trials: trials - allowed }),
          ...(minutes === undefined ? {} : { minutes: Math.max(0, minutes - (seconds() - begun) / 60) }),
        },
        dataset: opened.dataset,
        store,
        signal: interruption.signal,
        force: flags.force === true,
        retryFailed: flags.retryFailed === true,
      })
      const { summaries, counts, left } = await follow(events, view, { interruption, again })
      allowed += Object.values(counts).reduce((sum, count) => sum + count)
      if (left === 'trials' || left === 'minutes') used = left
      return summaries
    }
    const goesOn = (): boolean => {
      if (trials !== undefined && allowed >= trials) used ??= 'trials'
      return used === undefined
    }
    const parts = partsOf(reproduction, experiments)
    const { first, secondStage } = reproduction
    if (parts.length > 0) {
      const searched = await run(reproductionStudy(reproduction, choice), { experiments: parts, first })
      const refitted = experiments.some(({ type }) => type === 'refits')
      const finals = refitted && goesOn() ? secondStageStudy(reproduction, searched, choice) : null
      // What follows from a study is no other study when that has new results: it begins anew, unasked.
      const decided =
        finals === null ? null : await run(finals, { first: secondStage?.first ?? [], fork: true })
      const refits = decided !== null && goesOn() ? refitStudy(reproduction, decided, choice) : null
      if (refits !== null) await run(refits, { ...oneByOne(workers, engine), fork: true })
    }
    const { results, path } = await makeReport({ named, keep: true, store, choice, opened, folder })
    const took = seconds() - begun
    if (json) printJson({ type: 'report', path, seconds: took })
    else {
      print(`\n${summaryText(results)}; this run took ${duration(took)}`)
      print(`\nreport: ${shortPath(path)}`)
      if (used !== undefined) {
        const more = commandLine(['run', what], { ...repeated, [used]: undefined })
        print(`\nThe budget of ${used} is used up; to go on:\n  ${more}`)
      }
    }
  } catch (error) {
    announceFailure(view, error)
    throw error
  } finally {
    interruption.end()
    await store.close()
  }
}

/** Minutes that all trainings of the paper take on one core of a common server, see README.md. */
const ONE_CORE_MINUTES = 14

/** For who runs it for the first time. */
function lengthText(workers: number): string {
  const minutes = Math.ceil(ONE_CORE_MINUTES / workers)
  return `All experiments of the paper, unless trained already: about ${minutes} min on ${plural(workers, 'idle core')}; --quick takes a tenth. Ctrl-C stops; the same command continues.`
}

type StageOptions = Pick<RunStudyOptions, 'experiments' | 'first' | 'fork' | 'workers' | 'threads'>

/** More threads bring a training of the paper's networks little. */
const mostThreads = 4

/**
 * Two trainings of unequal length, side by side, would leave all cores but one waiting for the longer one: one after the
 * other on all cores, they are done sooner. The bits are the same for any number of threads; those of blas are not.
 */
function oneByOne(workers: number, engine: EngineName): StageOptions {
  return engine === 'blas' ? {} : { workers: 1, threads: Math.min(workers, mostThreads) }
}

function limitsOf({ workers, trials, minutes }: ReproductionFlags) {
  return {
    workers: workerCount(workers),
    trials: trials === undefined ? undefined : whole('--trials', trials),
    minutes: minutes === undefined ? undefined : number('--minutes', minutes, { above: 0 }),
  }
}

/** Checks the gradients, unless that was done with this code and data. */
async function keepGradients(
  { gradientCheck }: Reproduction,
  folder: string,
  { dataset }: OpenedDataset,
  json: boolean,
): Promise<void> {
  const code = codeVersion()
  const path = gradientsFile(folder)
  if ((await readGradients(path, { codeVersion: code, dataset })) !== null) return
  if (!json) print('Checking gradients ...')
  const made = { codeVersion: code, fingerprint: await fingerprint(dataset) }
  await writeGradients(path, made, checkGradients(gradientCheck, dataset))
}
