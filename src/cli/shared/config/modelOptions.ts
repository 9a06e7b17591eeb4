import type { Command } from 'commander'
import { activationSchema } from '../../../nn/mlp.ts'
import { defaultText } from './models.ts'

/** Adds the options that change a named model. */
export function addModelOptions(command: Command): Command {
  const hidden = defaultText(({ model }) => (model.type === 'mlp' ? model.hidden.join() : undefined))
  const activation = defaultText(({ model }) => ('activation' in model ? model.activation : undefined))
  const filters = defaultText(({ model }) => (model.type === 'cnn' ? model.filters : undefined))
  const units = defaultText(({ model }) => ('units' in model ? model.units : undefined))
  const dropout = defaultText(({ model }) => ('dropout' in model ? model.dropout : undefined))
  return command
    .optionsGroup('Model:')
    .option('--hidden <units>', `mlp: units of each hidden layer, such as 128,128, or none ${hidden}`)
    .option('--activation <name>', `mlp, cnn: ${alternatives(activationSchema.options)} ${activation}`)
    .option('--filters <count>', `cnn: filters of each convolution ${filters}`)
    .option('--units <count>', `cnn, cnn-best: units of the hidden dense layer ${units}`)
    .option('--dropout <share>', `cnn, cnn-best: dropout rate before the last layer, 0 for none ${dropout}`)
}

/** "a, b or c" */
export function alternatives(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
