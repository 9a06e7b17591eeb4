import { seconds } from '../../base/clock.ts'
import { selectExperiments } from '../../paper/experiments.ts'
import { finalsStudy } from '../../paper/finals.ts'
import { refitStudy } from '../../paper/refit.ts'
import { paperStudy, partsOf } from '../../paper/study.ts'
import { openStudyStore } from '../../store/studyStore.node.ts'
import { codeVersion } from '../../study/code.node.ts'
import { runStudy } from '../../study/executor.node.ts'
import type { Study } from '../../study/schema.ts'
import { fingerprint } from '../../train/session.ts'
import { type OpenedDataset, openDataset } from '../dataset.ts'
import { duration } from '../format.ts'
import { print, printJson, programName, shellWord, shortPath, whenReaderGone } from '../output.ts'
import { type RunFlags, usualStore } from '../study/flags.ts'
import { announceFailure, announceStop, follow } from '../study/follow.ts'
import { JsonView } from '../study/jsonView.ts'
import { TextView } from '../study/textView.ts'
import { Interruption } from '../train/interruption.ts'
import { number, whole } from '../values.ts'
import { choiceFlags, onlyOf, type PaperFlags, paperChoice, refuse } from './flags.ts'
import { checkGradients, gradientsFile, readGradients, writeGradients } from './gradients.ts'
import { makeFolder, makeReport, paperFolder } from './report.ts'
import { summaryText } from './summary.ts'

/**
 * `atelier run paper`: trains what is missing of the paper's experiments, and writes the report.
 *
 * @throws AtelierError; Exit after an interruption
 */
export async function runPaper(flags: PaperFlags & RunFlags): Promise<void> {
  refuse(
    flags,
    ['limit', 'refit', 'sort', 'details'],
    'does not apply to the paper, whose report shows it all.',
  )
  const begun = seconds()
  const choice = paperChoice(flags)
  const only = onlyOf(flags.only)
  const ids = selectExperiments(only).map(({ id }) => id)
  const limits = limitsOf(flags)
  const json = flags.json === true
  const view = json ? new JsonView() : new TextView(true)
  // Drawn garments only where they are asked for: nobody should find out after minutes that these are other numbers.
  const opened = await openDataset(flags.data ?? 'fashion-mnist', {
    offline: flags.offline === true,
    quiet: json,
  })
  const store = await openStudyStore(flags.store ?? usualStore)
  const folder = flags.out ?? paperFolder(store, choice)
  const interruption = new Interruption({ onFirst: () => announceStop(view) })
  whenReaderGone((exitCode) => interruption.stop(exitCode))
  const again = againText(flags)
  try {
    // Before the trainings, so that a folder that cannot be written is known now.
    await makeFolder(folder)
    if (ids.includes('gradient-check')) await keepGradients(folder, opened, json)
    const run = (study: Study, { experiments, fork = flags.fork === true }: RunOptions = {}) =>
      follow(
        runStudy(study, {
          ...limits,
          dataset: opened.dataset,
          store,
          signal: interruption.signal,
          force: flags.force === true,
          fork,
          retryFailed: flags.retryFailed === true,
          ...(experiments === undefined ? {} : { experiments }),
        }),
        view,
        { interruption, again },
      )
    const parts = partsOf(ids)
    if (parts.length > 0) {
      const { summaries } = await run(paperStudy(choice), { experiments: parts })
      const finals = ids.includes('best') ? finalsStudy(summaries, choice) : null
      // What follows from a study is no other study when that has new results: it begins anew, unasked.
      const decided = finals === null ? null : await run(finals, { fork: true })
      const refits = decided === null ? null : refitStudy(decided.summaries, choice)
      if (refits !== null) await run(refits, { fork: true })
    }
    const { results, path } = await makeReport({ keep: true, store, choice, opened, folder })
    const took = seconds() - begun
    if (json) printJson({ type: 'report', path, seconds: took })
    else {
      print(`\n${summaryText(results)}; this run took ${duration(took)}`)
      print(`\nreport: ${shortPath(path)}`)
    }
  } catch (error) {
    announceFailure(view, error)
    throw error
  } finally {
    interruption.end()
    await store.close()
  }
}

interface RunOptions {
  /** All without it. */
  readonly experiments?: readonly string[]
  readonly fork?: boolean
}

function limitsOf({ workers, trials, minutes }: PaperFlags) {
  return {
    ...(workers === undefined ? {} : { workers: whole('--workers', workers, { least: 1, most: 256 }) }),
    budget: {
      ...(trials === undefined ? {} : { trials: whole('--trials', trials) }),
      ...(minutes === undefined ? {} : { minutes: number('--minutes', minutes, { above: 0 }) }),
    },
  }
}

/** Checks the gradients, unless that was done with this code and data. */
async function keepGradients(folder: string, { dataset }: OpenedDataset, json: boolean): Promise<void> {
  const made = { codeVersion: codeVersion(), fingerprint: await fingerprint(dataset) }
  const path = gradientsFile(folder)
  if ((await readGradients(path, made)) !== null) return
  if (!json) print('Checking gradients ...')
  await writeGradients(path, made, checkGradients(dataset))
}

/** The command that goes on after an interruption. */
function againText(flags: PaperFlags): string {
  const given = (['only', 'workers', 'store', 'data', 'out'] as const).flatMap((name) => {
    const value = flags[name]
    return value === undefined ? [] : [`--${name} ${shellWord(value)}`]
  })
  return [`${programName()} run paper${choiceFlags(paperChoice(flags))}`, ...given].join(' ')
}
