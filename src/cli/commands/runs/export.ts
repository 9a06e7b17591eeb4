import { extname } from 'node:path'
import { writeFileAtomic } from '../../../base/atomic.node.ts'
import { type Row, toCsv } from '../../../base/csv.ts'
import { plural } from '../../../base/format.ts'
import type { StudyOverview, StudyStore, TrialRecord } from '../../../store/contract.ts'
import { countedEpochs } from '../../../store/epochs.ts'
import { summariesOf } from '../../../study/results/summaries.ts'
import { tableRows } from '../../../study/results/table.ts'
import { findStudy, type StoreFlags, withStore } from '../../shared/studies/studyRef.ts'
import { isStdout, print, shortPath } from '../../shared/terminal/output.ts'
import { choice } from '../../shared/values.ts'
import { readStored } from './show.ts'

export interface ExportFlags extends StoreFlags {
  readonly rows?: string
  readonly format?: string
  readonly out?: string
}

/** `atelier runs export`. @throws AtelierError */
export async function exportRun(text: string, flags: ExportFlags): Promise<void> {
  const kind = choice('--rows', flags.rows ?? 'trials', ['trials', 'epochs', 'combinations'])
  const { out } = flags
  const usual = out !== undefined && extname(out) === '.json' ? 'json' : 'csv'
  const format = choice('--format', flags.format ?? usual, ['csv', 'json'])
  await withStore(flags, async (store) => {
    const study = await findStudy(store, text)
    const rows = await rowsOf(store, study, kind)
    const content = format === 'csv' ? toCsv(rows) : `${JSON.stringify(rows, undefined, 2)}\n`
    if (out === undefined || isStdout(out)) process.stdout.write(content)
    else {
      await writeFileAtomic(out, content)
      print(`${plural(rows.length, 'row')} written to ${shortPath(out)}`)
    }
  })
}

async function rowsOf(
  store: StudyStore,
  overview: StudyOverview,
  kind: 'trials' | 'epochs' | 'combinations',
): Promise<readonly Row[]> {
  if (kind === 'combinations') {
    const { study, specs } = readStored(overview)
    return (await summariesOf(store, overview.id, study, specs)).flatMap((summary) => tableRows(summary))
  }
  const trials = await store.trials(overview.id)
  if (kind === 'trials') return trials.map(trialRow)
  const params = new Map(trials.map((trial) => [trial.position, paramsRow(trial)]))
  return countedEpochs(await store.epochs(overview.id), trials).map(({ position, ...metrics }) => ({
    trial: position + 1,
    ...params.get(position),
    ...metrics,
  }))
}

function trialRow(trial: TrialRecord): Row {
  const { position, experiment, combination, fold, seed, status, params, metric, owner, ...rest } = trial
  const { studyId, ...results } = rest
  return {
    trial: position + 1,
    experiment,
    combination,
    ...paramsRow(trial),
    fold,
    seed,
    status,
    metric,
    ...results,
  }
}

/** Parameters by their path; lists and objects as JSON. */
function paramsRow({ params }: TrialRecord): Row {
  return Object.fromEntries(
    Object.entries(params).map(([path, value]) => [
      path,
      typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}
