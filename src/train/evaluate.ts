import type { Dataset } from '../data/dataset.ts'
import type { Normalization } from '../data/preprocess.ts'
import { type TrainingInput, trainingConfig } from './config.ts'
import type { Score, TestResult } from './events.ts'
import { Session, type SessionOptions } from './session.ts'
import { testResult } from './testResult.ts'
import type { NamedBytes } from './train.ts'
import { hashWeights, loadPreprocessing, loadWeights } from './weights.ts'

export interface Evaluation extends TestResult {
  readonly train: Score
  readonly test: Score
  readonly weightsSha256: string
}

/**
 * Measures saved weights on a dataset, with the preprocessing that was saved with them.
 *
 * @param input the configuration that the weights were trained with
 * @throws CheckpointError when the weights are damaged or of another model
 */
export async function evaluate(
  input: TrainingInput,
  weights: NamedBytes,
  dataset: Dataset,
  options: Omit<SessionOptions, 'preprocessing'> = {},
): Promise<Evaluation> {
  const config = trainingConfig(input)
  const kind: Normalization = config.normalize
  const preprocessing = loadPreprocessing(weights.bytes, kind, weights.name)
  const session = await Session.open(config, dataset, { ...options, preprocessing })
  try {
    const { engine, model } = session.team.replica
    loadWeights(engine, model, weights.bytes, weights.name)
    const { score, ...rest } = await testResult(session)
    return {
      train: await session.score('train'),
      test: score,
      ...rest,
      weightsSha256: await hashWeights(engine, model),
    }
  } finally {
    await session.close()
  }
}
