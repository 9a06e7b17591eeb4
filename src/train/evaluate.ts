import type { Dataset } from '../data/dataset.ts'
import type { Normalization } from '../data/preprocess.ts'
import { type TrainingInput, trainingConfig } from './config.ts'
import type { Score } from './events.ts'
import { confusionOf, recallOf } from './metrics.ts'
import { Session, type SessionOptions } from './session.ts'
import type { NamedBytes } from './train.ts'
import { hashWeights, loadPreprocessing, loadWeights } from './weights.ts'

export interface Evaluation {
  readonly train: Score
  readonly test: Score
  /** confusion[i][j]: test images of class i that were taken for class j. */
  readonly confusion: readonly (readonly number[])[]
  readonly recall: readonly (number | null)[]
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
    const confusion = confusionOf(dataset.classes.length)
    const test = await session.score('test', (_example, label, predicted) => confusion.add(label, predicted))
    return {
      train: await session.score('train'),
      test,
      confusion: confusion.counts,
      recall: recallOf(confusion.counts),
      weightsSha256: await hashWeights(engine, model),
    }
  } finally {
    await session.close()
  }
}
