import * as z from 'zod'
import type { Json, Params } from '../../study/definition/schema.ts'
import type { RefittedModel } from '../results.ts'
import type { ReportStore, Stage } from './input.ts'
import type { CollectedStudy } from './readStudy.ts'
import { fieldOf, type Parts } from './values.ts'

/** What a trial keeps of its model, as far as reports show it. `mistakes`: its name in stores and run folders. */
export const detailsSchema = z
  .object({
    confusion: z.array(z.array(z.number())),
    recall: z.array(z.number().nullable()),
    mistakes: z
      .array(z.object({ index: z.int(), label: z.int(), predicted: z.int(), probability: z.number() }))
      .default([]),
  })
  .transform(({ mistakes, ...rest }) => ({ ...rest, misclassified: mistakes }))

/** The refitted models that are done, the first seed of each. */
export async function refittedModels(
  store: ReportStore,
  stages: readonly Stage[],
  studies: readonly CollectedStudy[],
  parts: Parts,
): Promise<readonly RefittedModel[]> {
  const models: RefittedModel[] = []
  for (const { refit, search, title } of stages) {
    for (const { id, specs, trials } of studies) {
      const spec = specs.find(({ experiment }) => experiment === refit)
      const known = spec === undefined ? undefined : trials.get(spec.index)
      if (id === null || spec === undefined || known?.status !== 'done' || known.testAccuracy === null)
        continue
      const details = detailsSchema.safeParse((await store.trial(id, spec.index))?.details)
      if (!details.success) continue
      const axes = parts.get(search)?.axes ?? []
      const params: Params = Object.fromEntries(
        axes.map((field) => [field, json(fieldOf(spec.config, field))]),
      )
      models.push({
        id: refit,
        title: `${title}, chosen on folds and trained on all rows`,
        params,
        testAccuracy: known.testAccuracy,
        ...details.data,
      })
    }
  }
  return models
}

/** Configurations are plain data. */
function json(value: unknown): Json {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null
}
