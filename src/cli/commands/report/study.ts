import { join } from 'node:path'
import { stringify } from 'yaml'
import { writeFileAtomic } from '../../../base/atomic.node.ts'
import { ConfigError, DataError } from '../../../base/errors.ts'
import { validate } from '../../../base/validate.ts'
import { packageVersion } from '../../../base/version.node.ts'
import { limitDataset } from '../../../data/dataset.ts'
import { checkPublished } from '../../../report/checkPublished.ts'
import { outlineOf } from '../../../report/outline.ts'
import { type Published, publishedSchema } from '../../../report/published.ts'
import { makeFolder } from '../../../report/writeReport.node.ts'
import type { StudyOverview, StudyStore } from '../../../store/contract.ts'
import { studyConfig } from '../../../study/definition/config.ts'
import type { Study } from '../../../study/definition/schema.ts'
import { commandLine } from '../../shared/commandLine.ts'
import { type OpenedDataset, openDataset } from '../../shared/dataset.ts'
import type { ReproductionFlags } from '../../shared/reproduction/flags.ts'
import {
  factsOf,
  lastEnd,
  refuseOtherData,
  reportFolder,
  type WrittenResults,
  writeResults,
} from '../../shared/reproduction/makeReport.ts'
import { findStudy, studyName } from '../../shared/studies/studyRef.ts'
import { shortPath } from '../../shared/terminal/output.ts'
import { whole } from '../../shared/values.ts'
import { readYamlFile } from '../../shared/yaml/yamlFile.ts'
import { refittedModels } from './refits.ts'

export type StudyReportFlags = Pick<ReproductionFlags, 'out' | 'data' | 'offline' | 'json'> & {
  readonly against?: string
  readonly limit?: string
}

/** Writes the report of a study in the store. @throws AtelierError */
export async function reportOnStudy(
  what: string,
  store: StudyStore,
  flags: StudyReportFlags,
): Promise<WrittenResults> {
  const overview = await findStudy(store, what, ['paper'])
  const { id, name, config } = overview
  const study = studyConfig(config, `study "${name}"`)
  const published = await publishedFor(study, flags.against)
  const opened = await dataOf(overview, study, flags)
  const { dataset } = opened
  const folder = flags.out ?? reportFolder(store, studyName(overview).replace('#', '-'))
  await makeFolder(folder)
  const file = join(folder, 'study.yaml')
  await writeFileAtomic(file, stringify(config))
  const engine = await engineOf(store, id)
  return writeResults(
    {
      store,
      createdAt: lastEnd([overview]) ?? overview.createdAt,
      version: packageVersion(),
      dataset: factsOf(dataset),
      quick: false,
      seeds: null,
      engine,
      studies: [{ id, study }],
      published,
      isPublication: flags.against !== undefined,
      stages: [],
      models: await refittedModels(overview, study, store, opened),
      gradientChecks: [],
      command: (experiment) =>
        commandLine(['run', shortPath(file)], {
          data: opened.data === 'fashion-mnist' ? undefined : shortPath(opened.data),
          engine: engine === 'simd' ? undefined : engine,
          limit: flags.limit,
          only: study.experiments.length > 1 ? experiment : undefined,
        }),
    },
    dataset,
    { folder, keep: false },
  )
}

/** The published numbers of a file, or what a report shows by default. @throws ConfigError */
async function publishedFor(study: Study, against: string | undefined): Promise<Published> {
  if (against === undefined) return outlineOf(study)
  const data = await readYamlFile(
    against,
    'list of published numbers',
    async (cause) => new ConfigError('there is no such file.', { where: against, cause }),
  )
  const published = outlineOf(study, validate(publishedSchema, data, against))
  checkPublished(published, { study, later: [], where: against })
  return published
}

/**
 * The data that a study was trained on: as named, or the source of the name that the store keeps.
 *
 * @throws DataError if it is not known where the data is, or it is other data
 */
async function dataOf(
  overview: StudyOverview,
  { data: own }: Study,
  { data, offline, json, limit }: StudyReportFlags,
): Promise<OpenedDataset> {
  const options = { offline: offline === true, quiet: json === true }
  const known = overview.synthetic
    ? 'synthetic'
    : overview.dataset === 'Fashion-MNIST'
      ? 'fashion-mnist'
      : own
  if (data === undefined && known === undefined) {
    throw new DataError(`the study was trained on ${overview.dataset}; where is it?`, {
      where: `study "${overview.name}"`,
      hint: 'Name its folder with --data FOLDER.',
    })
  }
  const opened = await openDataset(data ?? known, options)
  const rows = limit === undefined ? undefined : whole('--limit', limit)
  const dataset = rows === undefined ? opened.dataset : limitDataset(opened.dataset, rows)
  await refuseOtherData(overview, dataset)
  return { ...opened, dataset }
}

async function engineOf(store: StudyStore, id: number): Promise<string> {
  const [environment] = (await store.trials(id)).flatMap(({ environmentId }) => environmentId ?? [])
  return environment === undefined
    ? 'simd'
    : ((await store.environments()).get(environment)?.engine ?? 'simd')
}
