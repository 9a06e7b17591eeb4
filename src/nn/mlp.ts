import * as z from 'zod'
import { dense } from './dense.ts'
import { flatten } from './flatten.ts'
import type { MlpSpec } from './modelSpecs.ts'
import { type Initializer, initializerSchema, type LayerSpec } from './specs.ts'

export const activationSchema = z.enum(['relu', 'leakyRelu', 'tanh', 'sigmoid', 'elu', 'gelu', 'softplus'])

export const mlpSchema = z.strictObject({
  type: z.literal('mlp'),
  hidden: z.array(z.int().positive()).readonly(),
  activation: activationSchema.default('relu'),
  initializer: initializerSchema.optional(),
})

/**
 * A multilayer perceptron: flatten, then for each entry of `hidden` a dense layer of that many units and the
 * activation, then a dense layer of one logit a class. Default initializer: He normal; without hidden layers
 * normal(0, 0.01), so that softmax regression starts near equal probabilities.
 */
export function mlpLayers(spec: MlpSpec, classes: number): LayerSpec[] {
  const initializer: Initializer =
    spec.initializer ?? (spec.hidden.length === 0 ? { type: 'normal', deviation: 0.01 } : 'heNormal')
  const hidden = spec.hidden.flatMap((units): LayerSpec[] => [
    dense(units, { initializer }),
    { type: spec.activation },
  ])
  return [flatten(), ...hidden, dense(classes, { initializer })]
}
