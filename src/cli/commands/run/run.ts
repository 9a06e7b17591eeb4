import { plural } from '../../../base/format.ts'
import { limitDataset } from '../../../data/dataset.ts'
import { openStudyStore } from '../../../store/studyStore.node.ts'
import type { Experiment, Study } from '../../../study/definition/schema.ts'
import type { StudyDoneEvent } from '../../../study/run/events.ts'
import { runStudy } from '../../../study/run/executor.node.ts'
import { mostTrials, trialCount } from '../../../study/search/expand.ts'
import { chosenExperiments } from '../../../study/search/scope.ts'
import { commandLine } from '../../shared/commandLine.ts'
import { type OpenedDataset, openDataset, syntheticBanner } from '../../shared/dataset.ts'
import { type ChosenEngine, trainingEngineOf } from '../../shared/engine.ts'
import { Exit } from '../../shared/failure.ts'
import { Interruption } from '../../shared/interruption.ts'
import { type ReproductionFlags, refuse } from '../../shared/reproduction/flags.ts'
import { type RunFlags, repeatable, usualStore } from '../../shared/studies/flags.ts'
import { bestText, resultText, writeBest } from '../../shared/studies/results.ts'
import { checkpointSeconds, staleSeconds } from '../../shared/studies/timing.ts'
import { colour } from '../../shared/terminal/colour.ts'
import { print, printJson, whenReaderGone } from '../../shared/terminal/output.ts'
import { wrap } from '../../shared/terminal/width.ts'
import { workerCount } from '../../shared/threads.ts'
import { number, whole } from '../../shared/values.ts'
import { announceFailure, announceStop, follow } from './follow.ts'
import { JsonView } from './jsonView.ts'
import { refit } from './refit.ts'
import { readStudyFile } from './studyFile.ts'
import { TextView } from './textView.ts'

/** `atelier run`. @throws AtelierError; Exit after an interruption, or with 1 when no trial gave a result */
export async function runStudyFile(path: string, flags: RunFlags & ReproductionFlags): Promise<void> {
  refuse(flags, ['quick', 'seeds', 'out'], 'only applies to reproductions, such as "paper".')
  const settings = read(flags)
  const chosen = trainingEngineOf(flags.engine)
  const { engine } = chosen
  const { study, data } = await readStudyFile(path)
  const only = idsOf(flags.only)
  const experiments = chosenExperiments(study, only, '--only')
  const seeds = experiments.some((experiment) => experiment.seeds !== undefined)
  const view = flags.json === true ? new JsonView() : new TextView(seeds)
  const quiet = flags.json === true
  const opened = await openDataset(flags.data ?? data, { offline: flags.offline === true, quiet })
  const { limit } = settings
  const dataset = limit === undefined ? opened.dataset : limitDataset(opened.dataset, limit)
  const store = await openStudyStore(flags.store ?? usualStore)
  const interruption = new Interruption({ onFirst: () => announceStop(view) })
  whenReaderGone((exitCode) => interruption.stop(exitCode))
  const again = repeatable(flags, engine)
  try {
    const events = runStudy(study, {
      dataset,
      store,
      ...chosen,
      signal: interruption.signal,
      budget: settings.budget,
      force: flags.force === true,
      fork: flags.fork === true,
      retryFailed: flags.retryFailed === true,
      ...(only === undefined ? {} : { experiments: only }),
      workers: settings.workers,
      staleSeconds: settings.staleSeconds,
      checkpointSeconds: settings.checkpointSeconds,
    })
    const done = await follow(events, view, {
      interruption,
      again: commandLine(['run', path], again),
    })
    const commands = {
      retry: commandLine(['run', path], { ...again, retryFailed: true }),
      whole: commandLine(['run', path], { ...again, only: undefined, trials: undefined }),
      more: commandLine(['run', path], { ...again, ...withoutBudget(study, experiments, done.left) }),
    }
    const about = { flags, chosen, limit, place: store.place, commands, interruption }
    await finish(done, { ...opened, dataset }, about)
  } catch (error) {
    announceFailure(view, error)
    throw error
  } finally {
    interruption.end()
    await store.close()
  }
}

/** "a, b" is a and b. */
function idsOf(only: string | undefined): readonly string[] | undefined {
  const ids = only?.split(',').map((id) => id.trim())
  return ids?.filter((id) => id !== '')
}

function read({ workers, limit, trials, minutes }: RunFlags) {
  return {
    workers: workerCount(workers),
    staleSeconds: staleSeconds(),
    checkpointSeconds: checkpointSeconds(),
    limit: limit === undefined ? undefined : whole('--limit', limit),
    budget: {
      ...(trials === undefined ? {} : { trials: whole('--trials', trials) }),
      ...(minutes === undefined ? {} : { minutes: number('--minutes', minutes, { above: 0 }) }),
    },
  }
}

/**
 * The budget options of a run that goes on after `left` was used up: with the same budget of trials, the study's own
 * included, it would have nothing to do.
 */
function withoutBudget(
  { budget }: Study,
  experiments: readonly Experiment[],
  left: StudyDoneEvent['left'],
): { readonly minutes?: undefined; readonly trials?: string | undefined } {
  if (left === 'minutes') return { minutes: undefined }
  if (left !== 'trials') return {}
  if (budget?.trials === undefined) return { trials: undefined }
  return { trials: String(Math.min(trialCount({ experiments }), mostTrials)) }
}

async function finish(
  { study, summaries, counts, left }: StudyDoneEvent,
  opened: OpenedDataset,
  about: {
    readonly flags: RunFlags
    readonly chosen: ChosenEngine
    readonly limit: number | undefined
    readonly place: string
    readonly commands: {
      /** Tries failed trials again. */
      readonly retry: string
      /** Runs the other experiments too. */
      readonly whole: string
      /** Goes on after a budget was used up. */
      readonly more: string
    }
    readonly interruption: Interruption
  },
): Promise<void> {
  const { flags, chosen, limit, place, commands, interruption } = about
  const json = flags.json === true
  const { synthetic } = opened.dataset
  if (!json) {
    if (synthetic) print(`${colour('error', wrap(syntheticBanner))}\n`)
    print(resultText(summaries, flags).trimEnd())
  }
  const best = await writeBest(summaries, {
    study: study.name,
    store: place,
    data: opened.data,
    limit,
    synthetic,
  })
  if (json)
    for (const { path, summary } of best) printJson({ type: 'best', experiment: summary.experiment, path })
  else {
    if (best.length > 0) print(`\n${bestText(best)}`)
    if (counts.failed > 0)
      print(`\n${plural(counts.failed, 'trial')} failed; to try them again:\n  ${commands.retry}`)
    if (left === 'experiments')
      print(
        `\n${wrap('The other experiments of the study are not finished; to run them:')}\n  ${commands.whole}`,
      )
    else if (left !== 'nothing') print(`\nThe budget of ${left} is used up; to go on:\n  ${commands.more}`)
  }
  if (flags.refit === true)
    for (const summary of summaries)
      await refit(summary, opened, { store: place, chosen, json, interruption })
  if (counts.done === 0 && counts.failed > 0) throw new Exit(1)
}
