import { stringify } from 'yaml'
import { ConfigError } from '../../../base/errors.ts'
import { duration, percent, plural } from '../../../base/format.ts'
import type { FullTrial, StudyOverview, StudyStore } from '../../../store/contract.ts'
import { countedEpochs } from '../../../store/epochs.ts'
import type { Study } from '../../../study/definition/schema.ts'
import { summariesOf } from '../../../study/results/summaries.ts'
import { summaryJson } from '../../../study/results/table.ts'
import { expandStudy, type TrialSpec } from '../../../study/search/expand.ts'
import { syntheticBanner } from '../../shared/dataset.ts'
import { engineText } from '../../shared/engine.ts'
import { resultText } from '../../shared/studies/results.ts'
import {
  findStudy,
  type StoreFlags,
  storedStudy,
  studyName,
  withStore,
} from '../../shared/studies/studyRef.ts'
import { colour } from '../../shared/terminal/colour.ts'
import { print, printJson } from '../../shared/terminal/output.ts'
import { table } from '../../shared/terminal/table.ts'
import { wrap } from '../../shared/terminal/width.ts'
import { whole } from '../../shared/values.ts'
import { stateOf } from './list.ts'

export interface ShowFlags extends StoreFlags {
  readonly sort?: boolean
  readonly details?: boolean
}

/** `atelier runs show`. @throws AtelierError */
export async function showRun(text: string, trial: string | undefined, flags: ShowFlags): Promise<void> {
  await withStore(flags, async (store) => {
    const overview = await findStudy(store, text)
    if (trial !== undefined) await showTrial(store, overview, trial, flags.json === true)
    else await showStudy(store, overview, flags)
  })
}

/** A stored study and its trials as the store has them. */
export function readStored(overview: StudyOverview): {
  readonly study: Study
  readonly specs: readonly TrialSpec[]
} {
  const study = storedStudy(overview, Math.max(1, overview.trials))
  return { study, specs: expandStudy(study) }
}

async function showStudy(store: StudyStore, overview: StudyOverview, flags: ShowFlags): Promise<void> {
  const { study, specs } = readStored(overview)
  const summaries = await summariesOf(store, overview.id, study, specs)
  const environments = await environmentsOf(store, overview)
  if (flags.json === true) {
    printJson({ type: 'study', ...overview, environments, summaries: summaries.map(summaryJson) })
    return
  }
  const { createdAt, dataset, synthetic, codeVersion, seconds, counts, trials, tags } = overview
  if (synthetic) print(`${colour('error', wrap(syntheticBanner))}\n`)
  print(wrap(`${studyName(overview)}: ${stateOf(overview)}, ${plural(trials, 'trial')} on ${dataset}`))
  print(wrap(`begun ${createdAt.slice(0, 16).replace('T', ' ')} UTC, ${duration(seconds)} of training`))
  const known = Object.entries(counts).filter(([, count]) => count > 0)
  print(known.map(([status, count]) => `${count} ${status}`).join(', '))
  print(`atelier ${codeVersion}`)
  const lines = environments.map((environment) => {
    const { cpu, cores, node } = environment
    return `${cpu}, ${cores} cores, Node ${node}, engine ${engineText(environment)}`
  })
  for (const line of new Set(lines)) print(wrap(line))
  if (tags.length > 0) print(`tags: ${tags.join(' ')}`)
  print(`\n${resultText(summaries, flags).trimEnd()}`)
}

async function environmentsOf(store: StudyStore, { id }: StudyOverview) {
  const used = new Set((await store.trials(id)).map(({ environmentId }) => environmentId))
  return [...(await store.environments())].filter(([key]) => used.has(key)).map(([, value]) => value)
}

async function showTrial(
  store: StudyStore,
  overview: StudyOverview,
  text: string,
  json: boolean,
): Promise<void> {
  const { id, trials, synthetic } = overview
  const number = whole('<trial>', text, { least: 1 })
  const trial = await store.trial(id, number - 1)
  if (trial === undefined)
    throw new ConfigError(`there is no trial ${number}.`, {
      where: studyName(overview),
      hint: `It has trials 1 to ${trials}.`,
    })
  const epochs = countedEpochs(await store.epochs(id, trial.position), [trial])
  if (json) {
    printJson({ type: 'trial', ...trial, history: epochs })
    return
  }
  if (synthetic) print(`${colour('error', wrap(syntheticBanner))}\n`)
  print(wrap(trialHead(overview, trial)))
  if (epochs.length > 0) {
    const share = (value: number | null): string => (value === null ? '' : percent(value))
    const loss = (value: number | null): string => (value === null ? '' : value.toFixed(4))
    const rows = epochs.map((epoch) => [
      String(epoch.epoch),
      loss(epoch.trainLoss),
      share(epoch.trainAccuracy),
      loss(epoch.validationLoss),
      share(epoch.validationAccuracy),
      duration(epoch.seconds),
    ])
    const head = ['epoch', 'train loss', 'accuracy', 'held-out loss', 'accuracy', 'time']
    print(`\n${table([head, ...rows], { left: 0, head: true, optional: [5, 1, 3] })}`)
  }
  print(`\n${stringify(trial.config, { flowCollectionPadding: false }).trimEnd()}`)
}

function trialHead(overview: StudyOverview, trial: FullTrial): string {
  const { position, status, value, metric, seconds, attempts, reason, reusedFrom, weightsSha256 } = trial
  const fold = trial.fold === null ? '' : `, fold ${trial.fold + 1}`
  const lines = [
    `${studyName(overview)}, trial ${position + 1}: ${status}${value === null ? '' : `, ${metric} ${value.toFixed(6)}`}`,
    `${stringify(trial.params, { collectionStyle: 'flow' }).trim()}${fold}, seed ${trial.seed}`,
    `${seconds === null ? '' : `${duration(seconds)}, `}begun ${plural(attempts, 'time')}`,
    ...(reason === null ? [] : [reason]),
    ...(reusedFrom === null ? [] : [`result taken over from study ${reusedFrom}`]),
    ...(weightsSha256 === null ? [] : [`weights sha256 ${weightsSha256}`]),
  ]
  return lines.join('\n')
}
