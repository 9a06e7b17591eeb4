import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type PublishedValue, publishedValue } from '../../../reproduction/publishedValue.ts'
import { paperFolder, reproductionFile } from '../../../reproduction/read.node.ts'
import { type Reproduction, reproductionOf } from '../../../reproduction/reproduction.ts'
import type { BegunRun } from '../../../runs/result.ts'
import type { TrainingConfig } from '../../../train/config.ts'
import { parseYaml } from '../yaml/yamlText.ts'

let paper: Reproduction | undefined

/** The paper that comes with atelier, read when a training first asks for its numbers. */
function bundledPaper(): Reproduction {
  const read = (name: string): unknown => parseYaml(readFileSync(join(paperFolder(), name), 'utf8'))
  const [study, published] = ['study.yaml', 'published.yaml']
  return reproductionOf(
    { reproduction: read(reproductionFile), study: read(study), published: read(published) },
    { reproduction: reproductionFile, study, published },
  )
}

/** The paper's value for a training; undefined for other data, or any setting other than the paper's. */
export function paperValue(
  config: TrainingConfig,
  dataset: Parameters<typeof publishedValue>[2],
): PublishedValue | undefined {
  paper ??= bundledPaper()
  return publishedValue(paper, config, dataset)
}

/** The paper's value for a run; none for one that started from given weights. */
export function paperOf({ record, trainRows }: BegunRun): PublishedValue | undefined {
  if (record.initFrom !== undefined) return undefined
  return paperValue(record.config, { name: record.dataset, synthetic: record.synthetic, trainRows })
}

/** "section 4.5, figure 5, epoch 8" */
export function placeOf({ section, figure, epochs }: PublishedValue): string {
  return `section ${section}, figure ${figure}, epoch ${epochs}`
}
