/** The schema of reproduction.yaml: how the study of a publication is run. */
import * as z from 'zod'
import { jsonSchemaOf } from '../base/jsonSchema.ts'
import { trainingSchema } from '../train/config.ts'

const part = z.string().min(1)

export const reproductionSchema = z
  .strictObject({
    $schema: z.string().optional(),
    study: z.string().min(1).default('study.yaml').describe('File of the study, relative to this one.'),
    published: z.string().min(1).default('published.yaml').describe('File of the published numbers.'),
    quick: z
      .strictObject({ limit: z.int().positive().describe('Training rows of "--quick".') })
      .readonly()
      .optional(),
    first: z
      .array(part)
      .default([])
      .describe(
        'Parts to begin first: long trainings at the end would leave cores idle. Results do not depend on it.',
      ),
    gradientCheck: z
      .array(trainingSchema.unwrap().shape.model)
      .default([])
      .describe('Models whose gradients are checked numerically.'),
    secondStage: z
      .strictObject({
        finalists: z.int().min(1).describe('The best combinations of each search that go on.'),
        epochs: z.int().positive().describe('Epochs of the second stage and of the refits.'),
        folds: z
          .strictObject({
            k: z.int().min(2),
            kind: z.enum(['stratified', 'shuffled', 'contiguous']).default('stratified'),
            seed: z.int().min(0).optional(),
          })
          .readonly(),
        first: z.array(part).default([]).describe('Second stages to begin first.'),
        searches: z
          .array(
            z
              .strictObject({
                title: z.string().min(1),
                search: part.describe('A part that is searched on folds.'),
                second: part.describe('Name of the part that trains its best for longer, on folds.'),
                refit: part.describe('Name of the part that trains the best of these on all rows.'),
              })
              .readonly(),
          )
          .min(1),
      })
      .readonly()
      .optional()
      .describe('Train the best of each search for longer on folds, then the best of these on all rows.'),
  })
  .readonly()

/** The same as a JSON Schema, for editors. Published as `atelier/schema/reproduction.json`. */
export function reproductionJsonSchema(): object {
  return jsonSchemaOf(reproductionSchema, 'How a publication is reproduced with atelier')
}

export type ReproductionConfig = z.infer<typeof reproductionSchema>
export type SecondStage = NonNullable<ReproductionConfig['secondStage']>
