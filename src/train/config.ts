import * as z from 'zod'
import { validate } from '../base/validate.ts'
import { augmentSchema } from '../data/augmentSpec.ts'
import { modelConfigSchema } from '../nn/presets.ts'
import { scheduleSchema } from '../optim/schedule.ts'
import { optimizerSchema } from '../optim/specs.ts'
import type { TrainingConfig } from './trainingInput.ts'

export type * from './trainingInput.ts'

/** The parts of the data that can be scored. Without held-out rows there is no validation part. */
export const scoredParts = ['train', 'validation', 'test'] as const

/**
 * All that decides what a training computes. Two trainings of equal configuration and data end with the same weights,
 * bit for bit; the number of threads is therefore not a part of it.
 */
export const trainingSchema = z
  .strictObject({
    model: modelConfigSchema.describe('The model: a preset or a list of layers.'),
    optimizer: optimizerSchema.describe('How parameters follow their gradients.'),
    schedule: scheduleSchema
      .default({ type: 'constant', warmupSteps: 0 })
      .describe('How the learning rate changes.'),
    batchSize: z
      .int()
      .positive()
      .default(400)
      .describe('Examples per step; the last batch of an epoch may be smaller.'),
    dropLast: z
      .boolean()
      .optional()
      // Left out like its default, so that both are the same training, with the hash that it had before.
      .overwrite((drop) => drop || undefined)
      .describe('Leave out the last batch of an epoch where it would be smaller; left out: false.'),
    epochs: z.int().positive().default(8).describe('Passes over the training rows.'),
    l2: z
      .number()
      .min(0)
      .default(0)
      .describe('lambda of the penalty lambda / (2 N) * sum of squared weights.'),
    normalize: z
      .enum(['none', 'scale', 'standardize', 'standardize-pixel'])
      .default('standardize-pixel')
      .describe('Preprocessing, fitted on the training rows only.'),
    validation: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .describe('Share of the training rows held out to choose by; 0 for none.'),
    stratified: z
      .boolean()
      .default(true)
      .describe('Whether the held-out rows keep the shares of the classes.'),
    limit: z.int().positive().optional().describe('Use only the first so many training examples.'),
    shuffle: z.boolean().default(true).describe('Whether every epoch has its own random order.'),
    seed: z.int().min(0).max(4294967295).default(1).describe('Decides initial weights, shuffles and splits.'),
    augment: augmentSchema.optional().describe('Random changes to the training images.'),
    labelSmoothing: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .describe('Share of each target that is spread over all classes, in training.'),
    classWeights: z
      .union([z.literal('balanced'), z.array(z.number().positive()).readonly()])
      .optional()
      .describe('What each class counts in the loss; "balanced": inversely to how frequent it is.'),
    clipNorm: z.number().positive().optional().describe('Largest norm of the whole gradient.'),
    earlyStopping: z
      .strictObject({
        monitor: z
          .enum(['loss', 'accuracy'])
          .default('loss')
          .describe('What to watch on the validation rows.'),
        patience: z.int().min(0).default(5).describe('Epochs without improvement before stopping.'),
        minDelta: z.number().min(0).default(0).describe('Smaller changes do not count as improvement.'),
        restoreBest: z.boolean().default(true).describe('End with the weights of the best epoch.'),
      })
      .readonly()
      .optional()
      .describe('Stop when the validation rows no longer improve; needs validation > 0.'),
    evaluate: z
      .enum(['epoch', 'end'])
      .default('epoch')
      .describe(
        'Measure loss and accuracy after every epoch, or only at the end (held-out rows that early stopping or a plateau watches: always after every epoch).',
      ),
    scoreOn: z
      .array(z.enum(scoredParts))
      .min(1)
      .refine((parts) => new Set(parts).size === parts.length, 'must not name a part twice')
      // In one order, so that equal trainings are recognised as equal.
      .overwrite((parts) => scoredParts.filter((part) => parts.includes(part)))
      .readonly()
      .default(scoredParts)
      .describe('Parts of the data to measure loss and accuracy on.'),
  })
  .readonly()

/** Fills in the defaults. @throws ConfigError naming the key and what is wrong with it */
export function trainingConfig(input: unknown, where = 'configuration'): TrainingConfig {
  return validate(trainingSchema, input, where)
}
