import { batchCount } from '../../data/batches.ts'
import { grid } from '../../study/search/combinations.ts'
import type { TrialSpec } from '../../study/search/expand.ts'
import { paperExperiments } from '../experiments.ts'
import type { PaperResults, SettingResult } from '../results.ts'
import { type PaperSetting, settings } from '../settings.ts'
import { paperParts } from '../study.ts'
import { fieldOf } from './fieldOf.ts'
import { isList } from './words.ts'

/** Figures of the report have the numbers of those that they repeat. */
const figures = paperExperiments.flatMap((experiment) => experiment.figures)

type Data = PaperResults['dataset']

/**
 * The paper's settings beside those of this study.
 *
 * @param specs trials of the paper's study; of each experiment the first is looked at
 */
export function settingResults(specs: readonly TrialSpec[], dataset: Data): SettingResult[] {
  return settings.map((setting) => {
    const { path, section, what, paper } = setting
    return { path, section, what, paper, ours: oursOf(setting, specs, dataset) }
  })
}

function oursOf({ path, paper, ours }: PaperSetting, specs: readonly TrialSpec[], data: Data): number | null {
  const key = path.split('/').at(-1) ?? ''
  if (ours.type === 'figure') return figures.includes(paper) ? paper : null
  if (ours.type === 'dataset') return ofDataset(key, data)
  if (ours.type === 'row') return ofRow(path, key)
  const config = specs.find(({ experiment }) => experiment === ours.part)?.config
  if (config === undefined) return null
  if (ours.type === 'steps')
    return batchCount(
      Math.min(config.limit ?? data.trainRows, data.trainRows),
      config.batchSize,
      config.dropLast,
    )
  // A curve that is measured after each epoch is read where the paper reads its own.
  if (ours.type === 'epoch') return config.evaluate === 'epoch' && paper <= config.epochs ? paper : null
  const value = fieldOf(config, ours.field)
  if (ours.of === 'depth') return isList(value) ? value.length : null
  const number = ours.of === 'width' && isList(value) ? value[0] : value
  return typeof number === 'number' ? number : null
}

function ofDataset(key: string, { trainRows, testRows, height, width, classes }: Data): number | null {
  const facts = new Map([
    ['train', trainRows],
    ['test', testRows],
    ['height', height],
    ['width', width],
    ['classes', classes.length],
  ])
  return facts.get(key) ?? null
}

/** The combination of ours that stands beside a row of the paper's figure 13 or 14; both are in the paper's order. */
function ofRow(path: string, key: string): number | null {
  const [part, row] = path.startsWith('dropout/')
    ? ['dropout', path.split('/')[2]]
    : ['cnn-grid', path.split('/')[3]]
  const axes = paperParts.find(({ id }) => id === part)?.experiment.axes ?? {}
  const index = Number(row)
  const combinations = grid(axes)
  if (index >= combinations.count) return null
  if (key === 'row') return index
  const value = combinations.at(index)[key === 'learningRate' ? 'optimizer.learningRate' : key]
  return typeof value === 'number' ? value : null
}
