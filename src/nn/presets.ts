import * as z from 'zod'
import { cnnBestLayers, cnnBestSchema, cnnLayers, cnnSchema } from './cnn.ts'
import { mlpLayers, mlpSchema } from './mlp.ts'
import type { ModelConfig } from './modelSpecs.ts'

export type * from './modelSpecs.ts'

import { type LayerSpec, layerSchema } from './specs.ts'

/** A model in a configuration: a preset with a few settings, or all layers one by one (the last gives the logits). */
export const modelConfigSchema = z.discriminatedUnion('type', [
  mlpSchema,
  cnnSchema,
  cnnBestSchema,
  z.strictObject({ type: z.literal('layers'), layers: z.array(layerSchema).min(1).readonly() }),
])

/** The layers of a configured model for a dataset of `classes` classes. */
export function expandModel(config: ModelConfig, classes: number): readonly LayerSpec[] {
  switch (config.type) {
    case 'mlp':
      return mlpLayers(config, classes)
    case 'cnn':
      return cnnLayers(config, classes)
    case 'cnn-best':
      return cnnBestLayers(config, classes)
    case 'layers':
      return config.layers
  }
}
