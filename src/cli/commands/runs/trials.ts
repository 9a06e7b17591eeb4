import { canonicalJson } from '../../../base/digest.ts'
import { ConfigError } from '../../../base/errors.ts'
import { duration } from '../../../base/format.ts'
import { suggestion } from '../../../base/nearest.ts'
import { type ScoreName, scoreNames, type TrialRecord, trialStatuses } from '../../../store/contract.ts'
import { findStudy, type StoreFlags, withStore } from '../../shared/studies/studyRef.ts'
import { print, printJson } from '../../shared/terminal/output.ts'
import { table } from '../../shared/terminal/table.ts'
import { choice, whole } from '../../shared/values.ts'

export interface TrialsFlags extends StoreFlags {
  readonly status?: string
  readonly experiment?: string
  readonly where?: readonly string[]
  readonly sort?: string
  readonly limit?: string
}

/** `atelier runs trials`. @throws AtelierError */
export async function listTrials(text: string, flags: TrialsFlags): Promise<void> {
  const status = flags.status === undefined ? undefined : choice('--status', flags.status, trialStatuses)
  const sort = flags.sort === undefined ? undefined : choice('--sort', flags.sort, scoreNames)
  const limit = flags.limit === undefined ? undefined : whole('--limit', flags.limit)
  const wanted = (flags.where ?? []).map(condition)
  await withStore(flags, async (store) => {
    const { id } = await findStudy(store, text)
    const { experiment } = flags
    const all = await store.trials(id, {
      ...(status === undefined ? {} : { status }),
      ...(experiment === undefined ? {} : { experiment }),
    })
    checkFields(wanted, all)
    const fitting = all.filter(({ params }) => wanted.every(({ field, fits }) => fits(params[field])))
    const sorted = sort === undefined ? fitting : fitting.toSorted(byScore(sort))
    const shown = sorted.slice(0, limit)
    if (flags.json === true) for (const trial of shown) printJson({ type: 'trial', ...trial })
    else if (shown.length === 0) print('No trials.')
    else print(trialTable(shown))
  })
}

interface Condition {
  readonly field: string
  readonly fits: (value: unknown) => boolean
}

/** "batchSize=50", "model.hidden=[128,128]", "optimizer.type=adam". */
function condition(text: string): Condition {
  const at = text.indexOf('=')
  if (at < 1)
    throw new ConfigError(`"${text}" is no condition.`, { where: '--where', hint: 'Write field=value.' })
  const wanted = text.slice(at + 1)
  return {
    field: text.slice(0, at),
    fits: (value) => value !== undefined && (value === wanted || canonicalJson(value) === asJson(wanted)),
  }
}

function asJson(text: string): string | undefined {
  try {
    return canonicalJson(JSON.parse(text))
  } catch {
    return undefined
  }
}

function checkFields(wanted: readonly Condition[], trials: readonly TrialRecord[]): void {
  const fields = [...new Set(trials.flatMap(({ params }) => Object.keys(params)))]
  const unknown = wanted.find(({ field }) => trials.length > 0 && !fields.includes(field))
  if (unknown === undefined) return
  const hint = fields.length === 0 ? 'Nothing varies.' : suggestion(unknown.field, fields)
  throw new ConfigError(`"${unknown.field}" does not vary in this study.`, { where: '--where', hint })
}

function byScore(name: ScoreName): (a: TrialRecord, b: TrialRecord) => number {
  const sign = name.endsWith('Loss') ? 1 : -1
  return (a, b) => {
    const [x, y] = [a[name], b[name]]
    if (x === null || y === null) return x === y ? a.position - b.position : x === null ? 1 : -1
    return sign * (x - y) || a.position - b.position
  }
}

function trialTable(trials: readonly TrialRecord[]): string {
  const fields = [...new Set(trials.flatMap(({ params }) => Object.keys(params)))].sort()
  const head = ['trial', 'status', ...fields, 'fold', 'seed', 'value', 'time', '']
  const rows = trials.map((trial) => [
    String(trial.position + 1),
    trial.status,
    ...fields.map((field) => cell(trial.params[field])),
    trial.fold === null ? '' : String(trial.fold + 1),
    String(trial.seed),
    trial.value === null ? '' : trial.value.toFixed(6),
    trial.seconds === null ? '' : duration(trial.seconds),
    trial.reasonKind === null ? '' : ` ${trial.reasonKind}`,
  ])
  const values = fields.map((_, i) => i + 2)
  const last = head.length - 1
  // The seed is of use only where it is all that differs.
  const optional = [last - 1, ...(fields.length > 0 ? [last - 3] : [])]
  return table([head, ...rows], { left: 2, head: true, shorten: values, optional })
}

function cell(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
