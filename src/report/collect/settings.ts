import { batchCount } from '../../data/batches.ts'
import type { TrialSpec } from '../../study/search/expand.ts'
import { type Published, type PublishedSetting, settingsOf } from '../published.ts'
import type { ReportDataset, SettingResult } from '../results.ts'
import { fieldOf, includes, numberIn, type Parts } from './values.ts'

export interface SettingContext {
  /** Of the study; the first trial of each part is read. */
  readonly specs: readonly TrialSpec[]
  readonly parts: Parts
  readonly dataset: ReportDataset
}

/** The published settings beside those of the study. */
export function compareSettings(published: Published, context: SettingContext): SettingResult[] {
  const figures = published.figures.flatMap(({ number }) => number ?? [])
  return settingsOf(published).map((setting) => {
    const { id, section, title, value, ours } = setting
    const own =
      'figure' in ours ? (figures.includes(ours.figure) ? ours.figure : null) : oursOf(setting, context)
    return { id, section: section ?? null, title, published: value, ours: own }
  })
}

function oursOf({ value, ours }: PublishedSetting, { specs, parts, dataset }: SettingContext): number | null {
  const configOf = (part: string) => specs.find(({ experiment }) => experiment === part)?.config
  if ('dataset' in ours) return datasetFacts(dataset)[ours.dataset]
  if ('key' in ours) {
    const row = parts.get(ours.part)?.combinations.find(({ params }) => includes(params, ours.where))
    return numberIn(row?.params[ours.key], undefined)
  }
  if ('stepsOf' in ours) {
    const config = configOf(ours.stepsOf)
    if (config === undefined) return null
    const rows = Math.min(config.limit ?? dataset.trainRows, dataset.trainRows)
    return batchCount(rows, config.batchSize, config.dropLast)
  }
  if ('curveOf' in ours) {
    const config = configOf(ours.curveOf)
    return config?.evaluate === 'epoch' && value <= config.epochs ? value : null
  }
  if (!('field' in ours)) return null
  const found = fieldOf(configOf(ours.part), ours.field)
  if (Array.isArray(found)) return numberIn(found, ours.of)
  return typeof found === 'number' ? found : null
}

function datasetFacts({ trainRows, testRows, height, width, classes }: ReportDataset) {
  return { train: trainRows, test: testRows, height, width, classes: classes.length }
}
