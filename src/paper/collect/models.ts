import * as z from 'zod'
import type { Json, Params } from '../../study/definition/schema.ts'
import { stages } from '../finals.ts'
import type { BestModel } from '../results.ts'
import { fieldOf } from './fieldOf.ts'
import type { PaperStore } from './input.ts'
import type { CollectedStudy } from './readStudy.ts'

/** What a trial keeps for whoever looks at it alone, as far as it is shown here. */
const detailsSchema = z.object({
  confusion: z.array(z.array(z.number())),
  recall: z.array(z.number().nullable()),
  mistakes: z
    .array(z.object({ index: z.int(), label: z.int(), predicted: z.int(), probability: z.number() }))
    .default([]),
})

const titles: Readonly<Record<(typeof stages)[number]['refit'], string>> = {
  'best-mlp': 'Perceptron, chosen on folds and trained on all rows',
  'best-cnn': 'Convolutional network, chosen on folds and trained on all rows',
}

/** The refitted models that are done, of each its first seed, with what is only kept of a trial looked at alone. */
export async function bestModels(
  store: PaperStore,
  id: number,
  refitted: CollectedStudy,
  axesOf: (part: string) => readonly string[],
): Promise<readonly BestModel[]> {
  const models: BestModel[] = []
  for (const { refit: part, search } of stages) {
    const spec = refitted.specs.find(({ experiment }) => experiment === part)
    const known = spec === undefined ? undefined : refitted.trials.get(spec.index)
    if (spec === undefined || known?.status !== 'done' || known.testAccuracy === null) continue
    const trial = await store.trial(id, spec.index)
    const details = detailsSchema.safeParse(trial?.details)
    if (!details.success) continue
    const params: Params = Object.fromEntries(
      axesOf(search).map((field) => [field, json(fieldOf(spec.config, field))]),
    )
    models.push({ id: part, title: titles[part], params, testAccuracy: known.testAccuracy, ...details.data })
  }
  return models
}

/** Configurations are plain data. */
function json(value: unknown): Json {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : null
}
