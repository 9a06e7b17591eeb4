import { existsSync } from 'node:fs'
import { AtelierError } from '../../../base/errors.ts'
import { duration } from '../../../base/format.ts'
import { member } from '../../../base/schemaText.ts'
import type { StudyOverview, StudyStore } from '../../../store/contract.ts'
import { mostTrials, trialCount } from '../../../study/search/expand.ts'
import { usualStore } from '../../shared/studies/flags.ts'
import { type StoreFlags, storedStudy, studyName, withStore } from '../../shared/studies/studyRef.ts'
import { print, printJson } from '../../shared/terminal/output.ts'
import { table } from '../../shared/terminal/table.ts'
import { choice } from '../../shared/values.ts'

export interface ListFlags extends StoreFlags {
  readonly name?: string
  readonly tag?: string
  readonly state?: string
  readonly archived?: boolean
}

/** `atelier runs list`. @throws AtelierError */
export async function listRuns(flags: ListFlags): Promise<void> {
  const { store: path = usualStore, name, tag, archived = false, json = false } = flags
  const state =
    flags.state === undefined ? undefined : choice('--state', flags.state, ['running', 'unfinished', 'done'])
  if (!existsSync(path)) {
    if (!json) print(`No studies yet: there is no ${path}.`)
    return
  }
  await withStore(flags, async (store) => {
    const filter = {
      archived,
      ...(name === undefined ? {} : { name }),
      ...(tag === undefined ? {} : { tag }),
    }
    const studies = (await store.studies(filter)).filter(
      (study) => state === undefined || stateOf(study).split(',')[0] === state,
    )
    const rows: string[][] = []
    for (const study of studies) {
      const best = await bestOf(store, study)
      if (json) printJson({ type: 'study', ...study, best })
      else rows.push(rowOf(study, best))
    }
    if (json) return
    if (rows.length === 0) print('No studies.')
    else {
      const head = ['', 'study', 'begun', 'data', 'state', 'trials', 'best trial', 'time', 'tags']
      print(table([head, ...rows], { left: 5, head: true, shorten: [1, 3, 8], optional: [2, 8, 7, 3] }))
    }
  })
}

interface Best {
  readonly metric: string
  readonly value: number
}

/** The best single trial, where the study has one experiment that chooses: values of different experiments cannot be compared. */
async function bestOf(store: StudyStore, { id, config }: StudyOverview): Promise<Best | null> {
  const only = member(member(config, 'experiments'), 0)
  if (member(only, 'chooseOn') === 'none') return null
  const [first] = await store.trials(id, { limit: 1 })
  if (first === undefined) return null
  const { metric, experiment } = first
  const [best] = await store.best(id, { largest: !metric.endsWith('Loss'), limit: 1 })
  const { value = null } = best ?? {}
  return value === null || best?.experiment !== experiment ? null : { metric, value }
}

function rowOf(study: StudyOverview, best: Best | null): string[] {
  const { id, createdAt, dataset, counts, seconds, tags, archivedAt } = study
  const ended = counts.done + counts.pruned + counts.failed
  return [
    String(id),
    studyName(study),
    createdAt.slice(0, 16).replace('T', ' '),
    dataset,
    archivedAt === null ? stateOf(study) : 'archived',
    `${ended}/${wholeTrials(study)}`,
    best === null ? '' : `${best.metric} ${best.value.toFixed(6)}`,
    duration(seconds),
    tags.join(' '),
  ]
}

type Counted = Pick<StudyOverview, 'name' | 'config' | 'counts' | 'trials'>

/** "unfinished" also if a budget or --only kept trials of the study out of the store. */
export function stateOf(study: Counted): string {
  const { counts, trials } = study
  if (counts.running > 0) return 'running'
  if (counts.waiting + counts.paused > 0 || trials < wholeTrials(study)) return 'unfinished'
  return counts.failed > 0 ? `done, ${counts.failed} failed` : 'done'
}

/** The trials of the whole study: the store has those that a run has planned so far. */
function wholeTrials(study: Counted): number {
  const { trials } = study
  try {
    const whole = trialCount(storedStudy(study, 1))
    return Math.max(trials, Math.min(whole, mostTrials))
  } catch (error) {
    // A study that this version can no longer read is still listed.
    if (error instanceof AtelierError) return trials
    throw error
  }
}
