import { CheckpointError } from '../base/errors.ts'
import type { Dataset } from '../data/dataset.ts'
import { fingerprint, matchFingerprint } from '../data/fingerprint.ts'
import { checkModel, checkpointOf } from './checkpoint.ts'
import { type TrainingInput, trainingConfig } from './config.ts'
import type { Score, TestResult } from './events.ts'
import { checkNamedBytes, type NamedBytes } from './options.ts'
import { checkSessionOptions, Session, type SessionOptions } from './session.ts'
import { testResult } from './testResult.ts'
import { hashWeights, hasPreprocessing, loadPreprocessing, loadWeights } from './weights.ts'

export interface Evaluation extends TestResult {
  readonly train: Score
  readonly test: Score
  readonly weightsSha256: string
  /** Progress of the checkpoint that was measured; null for a file of weights. */
  readonly checkpoint: MeasuredCheckpoint | null
}

export interface MeasuredCheckpoint {
  /** Complete epochs. */
  readonly epoch: number
  /** Steps done of the next epoch. */
  readonly step: number
}

/**
 * Measures saved weights on a dataset, with the preprocessing that was saved with them.
 *
 * @param input the configuration that the weights were trained with
 * @param weights a file of weights or a checkpoint; of a checkpoint the current weights, not those of the best epoch
 * @throws CheckpointError if the weights are damaged or of another model, or if a checkpoint of atelier 0.1.0, which has
 * no preprocessing, was made with other data
 */
export async function evaluate(
  input: TrainingInput,
  weights: NamedBytes,
  dataset: Dataset,
  options: Omit<SessionOptions, 'preprocessing'> = {},
): Promise<Evaluation> {
  checkSessionOptions(options)
  checkNamedBytes(weights, 'weights')
  const config = trainingConfig(input)
  const { bytes, name } = weights
  const saved = checkpointOf(bytes, name)
  if (saved !== undefined) checkModel(saved.config, config, name)
  const fitAnew = saved !== undefined && !hasPreprocessing(bytes, name)
  if (fitAnew) await checkData(saved.dataset, dataset, options, name)
  const session = await Session.open(config, dataset, {
    ...options,
    ...(fitAnew ? {} : { preprocessing: loadPreprocessing(bytes, config.normalize, name) }),
  })
  try {
    const { engine, model } = session.threads.context
    loadWeights(engine, model, bytes, name)
    const { score, ...rest } = await testResult(session)
    return {
      train: await session.score('train'),
      test: score,
      ...rest,
      weightsSha256: await hashWeights(engine, model),
      checkpoint: saved === undefined ? null : { epoch: saved.progress.epoch, step: saved.progress.batch },
    }
  } finally {
    await session.close()
  }
}

/** Without saved preprocessing, it is fitted again, which gives the same result on the same rows only. */
async function checkData(
  made: string,
  dataset: Dataset,
  { rows }: Pick<SessionOptions, 'rows'>,
  where: string,
): Promise<void> {
  if ((await matchFingerprint(made, dataset, rows)) !== 'other') return
  const now = await fingerprint(dataset, rows)
  const hint = `It has no preprocessing, and can only be measured on the data that it was made with: ${made}, not ${now}.`
  throw new CheckpointError('was made with other data by an older version.', { where, hint })
}
