import * as z from 'zod'
import { CheckpointError } from '../base/errors.ts'
import { ENGINE_NAMES } from '../engine/engine.ts'
import type { RunFolder } from './folder.node.ts'
import { type TrainingConfig, trainingSchema } from '../train/config.ts'
import { engineChoiceSchema } from '../cli/shared/engine.ts'

/** The file with the weights that a run started from, where `--init-from` named some. */
export const initialWeightsFile = 'initial.safetensors'
/** The file with the weights of the epoch that did best on the held-out rows, where there are any. */
export const bestWeightsFile = 'best.safetensors'
/** The files with a row for each epoch. */
export const historyFiles = ['history.json', 'history.csv'] as const
/** The file with what the training ended with, where it did. */
export const resultFile = 'result.json'

const schema = z.strictObject({
  /** The atelier that made the run. */
  version: z.string(),
  config: trainingSchema,
  /** 'fashion-mnist', 'synthetic' or an absolute folder. */
  data: z.string(),
  /** What the dataset is called. */
  dataset: z.string(),
  /** Tells datasets apart by their contents. */
  fingerprint: z.string(),
  synthetic: z.boolean(),
  engine: z.enum(ENGINE_NAMES),
  /** Why `--engine auto` took that engine; missing where `auto` was not asked for. */
  engineChoice: engineChoiceSchema.optional(),
  /** What the engine blas computed with: another library gives other bits. */
  library: z.string().optional(),
  /** For the record; the weights do not depend on them. */
  threads: z.int().positive(),
  /** Where the initial weights came from; a copy lies in the run. */
  initFrom: z.string().optional(),
})

/** A run's config.json: all that is needed to repeat it, to go on with it and to evaluate it. */
export type RunRecord = z.infer<typeof schema>

/** @throws CheckpointError when the file is damaged or of another kind */
export async function readRecord(run: RunFolder): Promise<RunRecord> {
  const parsed = schema.safeParse(await run.readConfig())
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const key = issue?.path.join('.') || issue?.code
  throw new CheckpointError(`its config.json is not valid (${key}).`, {
    where: run.path,
    hint: 'The file is damaged or was written by another version.',
    cause: parsed.error,
  })
}

/** A run's name in its folder: "mlp-128-128", "cnn-dropout-0.5", with "-synthetic" where the data is. */
export function runLabel(config: TrainingConfig, synthetic: boolean): string {
  const { model } = config
  const hidden = model.type === 'mlp' ? model.hidden.join('-') || 'linear' : ''
  const dropout = model.type === 'cnn' && model.dropout > 0 ? `dropout-${model.dropout}` : ''
  return [model.type, hidden, dropout, synthetic ? 'synthetic' : ''].filter((part) => part !== '').join('-')
}
