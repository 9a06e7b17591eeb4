import { checkFields } from '../../base/arguments.ts'
import { canonicalJson } from '../../base/digest.ts'
import { ConfigError } from '../../base/errors.ts'
import { checkStudy, expandStudy } from '../search/expand.ts'
import { pythonText } from './pythonText.ts'
import type { Experiment, Json, Study } from './schema.ts'

/** How a study differs from what it was when it was begun. */
export interface StudyChange {
  /** One line for each value: "experiments.grid.axes.batchSize: [50, 100] -> [50]". Empty where nothing changed. */
  readonly lines: readonly string[]
  /** Trials that both have, that only the new one has, and that only the old one had. */
  readonly kept: number
  readonly added: number
  readonly removed: number
}

/** Compares two versions of a study; experiments are known by their id, the order of keys means nothing. */
export function describeChange(before: Study, after: Study): StudyChange {
  checkStudy(before)
  checkStudy(after)
  const lines = [...differences(byId(before), byId(after), ''), ...moved(before, after)]
  const old = trialsOf(before)
  const now = trialsOf(after)
  const kept = [...now].filter((trial) => old.has(trial)).length
  return { lines, kept, added: now.size - kept, removed: old.size - kept }
}

/** The error for a study that is not what it was when it was begun. */
export function changedStudyError(change: StudyChange, where: string): ConfigError {
  checkFields(change, { lines: 'list', kept: 'number', added: 'number', removed: 'number' }, 'change')
  const { lines, kept, added, removed } = change
  const shown = lines.slice(0, 10).join('\n  ')
  const more = lines.length > 10 ? `\n  and ${lines.length - 10} more` : ''
  const what = `has changed since it was begun:\n  ${shown}${more}\n`
  const hint = `${kept} of its trials stay, ${added} are new, ${removed} are gone. Undo the change, or begin a new study with --fork or another name.`
  return new ConfigError(what, { where, hint })
}

/** With experiments as an object by id, so that a moved experiment is no change of all that follow. */
function byId({ experiments, ...rest }: Study): Json {
  const entries = experiments.map(({ id, ...experiment }): [string, Json] => [id, plain(experiment)])
  return { ...plainFields(rest), experiments: Object.fromEntries(entries) }
}

function plain(experiment: Omit<Experiment, 'id'>): Json {
  return JSON.parse(JSON.stringify(experiment))
}

function plainFields(study: Omit<Study, 'experiments'>): { readonly [key: string]: Json } {
  return JSON.parse(JSON.stringify(study))
}

/** The order of experiments is the order of trials. */
function moved(before: Study, after: Study): string[] {
  const [old, now] = [before, after].map(({ experiments }) => experiments.map(({ id }) => id))
  if (old === undefined || now === undefined) return []
  const same = old.filter((id) => now.includes(id)).join() === now.filter((id) => old.includes(id)).join()
  return same ? [] : [`order of experiments: ${old.join(', ')} -> ${now.join(', ')}`]
}

function trialsOf(study: Study): Set<string> {
  try {
    return new Set(expandStudy(study).map(({ identity }) => canonicalJson(identity)))
  } catch (error) {
    // A study begun with an older version may be no valid study any more; none of its trials is one of today's.
    if (error instanceof ConfigError) return new Set()
    throw error
  }
}

function differences(before: Json | undefined, after: Json | undefined, path: string): string[] {
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return []
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    return keys.flatMap((key) => differences(before[key], after[key], path === '' ? key : `${path}.${key}`))
  }
  if (before === undefined) return [`${path}: added ${pythonText(after)}`]
  if (after === undefined) return [`${path}: removed ${pythonText(before)}`]
  return [`${path}: ${pythonText(before)} -> ${pythonText(after)}`]
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
