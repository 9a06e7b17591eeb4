import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { canonicalJson } from '../../../base/digest.ts'
import { AtelierError } from '../../../base/errors.ts'
import { matchFingerprint } from '../../../data/fingerprint.ts'
import { detailsSchema } from '../../../report/collect/models.ts'
import type { RefittedModel } from '../../../report/results.ts'
import { openRun } from '../../../runs/folder.node.ts'
import { readRecord } from '../../../runs/record.ts'
import type { StudyOverview, StudyStore } from '../../../store/contract.ts'
import type { Study } from '../../../study/definition/schema.ts'
import { bestConfig } from '../../../study/results/best.ts'
import { summariesOf } from '../../../study/results/summaries.ts'
import { expandStudy } from '../../../study/search/expand.ts'
import type { OpenedDataset } from '../../shared/dataset.ts'

/**
 * The models that `atelier run --refit` trained, by experiment: the newest finished run beside the store that has the
 * configuration and the data of the refit.
 */
export async function refittedModels(
  { id }: Pick<StudyOverview, 'id'>,
  study: Study,
  store: StudyStore,
  { dataset }: OpenedDataset,
): Promise<ReadonlyMap<string, readonly RefittedModel[]>> {
  const home = dirname(store.place)
  const runs = (await readdir(home)).sort().toReversed()
  const models = new Map<string, readonly RefittedModel[]>()
  for (const summary of await summariesOf(store, id, study, expandStudy(study))) {
    const best = bestConfig(summary)
    if (best === null) continue
    const wanted = canonicalJson({ ...best.refit, evaluate: 'end' })
    for (const name of runs) {
      const run = await readRun(join(home, name))
      if (run === undefined || canonicalJson(run.record.config) !== wanted) continue
      if ((await matchFingerprint(run.record.fingerprint, dataset)) === 'other') continue
      const { experiment } = summary
      models.set(experiment, [
        { id: `${experiment}-refit`, title: `Refit of ${experiment}`, params: best.params, ...run.result },
      ])
      break
    }
  }
  return models
}

const resultSchema = detailsSchema.and(z.object({ testAccuracy: z.number() }))

/** A finished run; undefined for anything else in the folder. */
async function readRun(path: string) {
  try {
    const run = await openRun(path)
    const result = resultSchema.safeParse(await run.readSummary())
    return result.success ? { record: await readRecord(run), result: result.data } : undefined
  } catch (error) {
    if (error instanceof AtelierError) return undefined
    throw error
  }
}
