import * as z from 'zod'
import { CheckpointError } from '../base/errors.ts'
import { ENGINE_NAMES } from '../engine/engine.ts'
import { type TrainingConfig, trainingSchema } from '../train/config.ts'
import { runFiles } from './files.ts'
import type { RunFolder } from './folder.node.ts'

/** Why `--engine auto` took an engine. */
const engineChoiceSchema = z.strictObject({
  /** Speed of blas divided by that of simd; null if there was no BLAS to measure. */
  ratio: z.number().nullable(),
  why: z.string(),
})

const schema = z.strictObject({
  /** The atelier that made the run. */
  version: z.string(),
  config: trainingSchema,
  /** 'fashion-mnist', 'synthetic' or an absolute folder. */
  data: z.string(),
  /** Name of the dataset. */
  dataset: z.string(),
  /** Tells datasets apart by their contents. */
  fingerprint: z.string(),
  synthetic: z.boolean(),
  engine: z.enum(ENGINE_NAMES),
  /** Missing where `auto` was not asked for. */
  engineChoice: engineChoiceSchema.optional(),
  /** What the engine blas computed with: another library gives other bits. */
  library: z.string().optional(),
  /** Recorded only: the weights do not depend on the number of threads, except with blas. */
  threads: z.int().positive(),
  /** Where the initial weights came from; a copy lies in the folder. */
  initFrom: z.string().optional(),
})

/** A run's config.json: all that is needed to repeat it, to resume it and to evaluate it. */
export type RunRecord = z.infer<typeof schema>

/** @throws CheckpointError when config.json is damaged or of another kind */
export async function readRecord(run: RunFolder): Promise<RunRecord> {
  const parsed = schema.safeParse(await run.readConfig())
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const key = issue?.path.join('.') || issue?.code
  throw new CheckpointError(`its ${runFiles.config} is not valid (${key}).`, {
    where: run.path,
    hint: 'The file is damaged or was written by another version.',
    cause: parsed.error,
  })
}

/** The label in the name of a run's folder: "mlp-128-128", "cnn-dropout-0.5", with "-synthetic" for synthetic data. */
export function runLabel(config: TrainingConfig, synthetic: boolean): string {
  const { model } = config
  const hidden = model.type === 'mlp' ? model.hidden.join('-') || 'linear' : ''
  const dropout = model.type === 'cnn' && model.dropout > 0 ? `dropout-${model.dropout}` : ''
  return [model.type, hidden, dropout, synthetic ? 'synthetic' : ''].filter((part) => part !== '').join('-')
}
