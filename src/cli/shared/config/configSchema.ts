import * as z from 'zod'
import { jsonSchemaOf } from '../../../base/jsonSchema.ts'
import { trainingSchema } from '../../../train/config.ts'

/** A configuration file: everything that decides a training, and the data to train on. */
export const configFileSchema = trainingSchema
  .unwrap()
  .extend({
    data: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A folder of IDX files (relative to this file), "fashion-mnist" or "synthetic". Without it: Fashion-MNIST where it can be had, else the synthetic set.',
      ),
  })
  .readonly()
export type ConfigFile = z.infer<typeof configFileSchema>

/** The same as a JSON Schema, for editors. Published as `atelier/schema/training.json`. */
export function configJsonSchema(): object {
  return jsonSchemaOf(configFileSchema, 'Configuration of a training with atelier')
}
