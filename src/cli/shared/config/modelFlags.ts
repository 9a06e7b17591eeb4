import { ConfigError } from '../../../base/errors.ts'
import { activationSchema } from '../../../nn/mlp.ts'
import type { ModelConfig } from '../../../nn/presets.ts'
import { choice, number, onlyFor, sizes, whole } from '../values.ts'

/** Options that change a model, as typed. */
export interface ModelFlags {
  readonly hidden?: string
  readonly activation?: string
  readonly filters?: string
  readonly units?: string
  readonly dropout?: string
}

/** The models that each option applies to. */
const applies: Readonly<Record<keyof ModelFlags, readonly ModelConfig['type'][]>> = {
  hidden: ['mlp'],
  activation: ['mlp', 'cnn'],
  filters: ['cnn'],
  units: ['cnn', 'cnn-best'],
  dropout: ['cnn', 'cnn-best'],
}

/** @throws ConfigError naming the option */
export function withModelFlags(model: ModelConfig, flags: ModelFlags): ModelConfig {
  const { hidden, activation, filters, units, dropout } = flags
  onlyFor('--hidden', hidden, 'model', model.type, applies.hidden)
  onlyFor('--activation', activation, 'model', model.type, applies.activation)
  onlyFor('--filters', filters, 'model', model.type, applies.filters)
  onlyFor('--units', units, 'model', model.type, applies.units)
  onlyFor('--dropout', dropout, 'model', model.type, applies.dropout)
  const activated =
    activation === undefined
      ? {}
      : { activation: choice('--activation', activation, activationSchema.options) }
  const dropping =
    dropout === undefined ? {} : { dropout: number('--dropout', dropout, { least: 0, below: 1 }) }
  const hiddenUnits = units === undefined ? {} : { units: whole('--units', units) }
  switch (model.type) {
    case 'mlp':
      return {
        ...model,
        ...activated,
        ...(hidden === undefined ? {} : { hidden: sizes('--hidden', hidden) }),
      }
    case 'cnn':
      return {
        ...model,
        ...activated,
        ...dropping,
        ...hiddenUnits,
        ...(filters === undefined ? {} : { filters: whole('--filters', filters) }),
      }
    case 'cnn-best':
      return { ...model, ...dropping, ...hiddenUnits }
    case 'layers':
      return model
  }
}

/** @throws ConfigError when any of them was given */
export function refuseModelFlags(flags: ModelFlags, model: string): void {
  const { hidden, activation, filters, units, dropout } = flags
  for (const [name, value] of Object.entries({ hidden, activation, filters, units, dropout })) {
    if (value !== undefined) throw new ConfigError(`does not apply to "${model}".`, { where: `--${name}` })
  }
}
