import { type TrainingConfig, type TrainingInput, trainingConfig } from '../../../train/config.ts'

/** The configuration of `atelier train NAME` without further options, for each named model. */
const inputs = {
  /** The paper's multilayer perceptron with two hidden layers (section 4.1.4). */
  mlp: {
    model: { type: 'mlp', hidden: [128, 128] },
    optimizer: { type: 'sgd', learningRate: 0.2 },
  },
  /** The paper's convolutional network (section 4.5), on standardized pixels (section 3). */
  cnn: {
    model: { type: 'cnn' },
    optimizer: { type: 'adam', learningRate: 0.001, epsilon: 1e-7 },
    batchSize: 50,
    epochs: 8,
    normalize: 'standardize',
  },
  /** A stronger network of ours; its settings were chosen on validation rows. */
  'cnn-best': {
    model: { type: 'cnn-best' },
    optimizer: { type: 'adam', learningRate: 0.004 },
    schedule: { type: 'oneCycle' },
    batchSize: 128,
    epochs: 12,
    normalize: 'standardize',
    augment: { flip: true, cutout: 8 },
  },
} as const satisfies Record<string, TrainingInput>

export type ModelName = keyof typeof inputs
export const modelNames: readonly ModelName[] = ['mlp', 'cnn', 'cnn-best']

export function isModelName(text: string): text is ModelName {
  return modelNames.some((name) => name === text)
}

export function defaultConfig(name: ModelName): TrainingConfig {
  return trainingConfig(inputs[name])
}

/**
 * "(default: 8)", or where the models differ "(default: mlp 400, cnn 50)".
 *
 * @param read gives the value of a configuration, undefined where it has no such thing
 * @param otherwise the value where no model has one
 */
export function defaultText(
  read: (config: TrainingConfig) => string | number | undefined,
  otherwise: string | number = '',
): string {
  const values = modelNames.flatMap((name) => {
    const value = read(defaultConfig(name))
    return value === undefined ? [] : [{ name, value: String(value) }]
  })
  const first = values[0]?.value ?? otherwise
  if (values.every(({ value }) => value === first)) return `(default: ${first})`
  return `(default: ${values.map(({ name, value }) => `${name} ${value}`).join(', ')})`
}
