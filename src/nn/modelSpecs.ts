/** The models of a configuration as plain data. The schema in `presets.ts` checks them. */
import type { Filled } from '../base/filled.ts'
import type { Initializer, LayerInput, LayerSpec } from './layerSpecs.ts'

/** An activation function; the layer of the same name says what it computes. */
export type Activation = 'relu' | 'leakyRelu' | 'tanh' | 'sigmoid' | 'elu' | 'gelu' | 'softplus'

/** A multilayer perceptron. */
export interface MlpInput {
  readonly type: 'mlp'
  /** Units of each hidden layer, at least 1 each; an empty list is softmax regression. */
  readonly hidden: readonly number[]
  /** Behind each hidden layer. Default: relu. */
  readonly activation?: Activation | undefined
  /** How all weights start. Default: heNormal; without hidden layers a normal distribution of deviation 0.01. */
  readonly initializer?: Initializer | undefined
}
/** {@link MlpInput} with its defaults filled in. */
export type MlpSpec = Filled<MlpInput, 'activation'>

/** Two valid convolutions, max pooling, a dense layer, dropout, a dense layer of one logit a class. */
export interface CnnInput {
  readonly type: 'cnn'
  /** Channels of each convolution, at least 1. Default: 8. */
  readonly filters?: number | undefined
  /** Side of the kernels in pixels, at least 1. Default: 3. */
  readonly kernelSize?: number | undefined
  /** Units of the hidden dense layer, at least 1. Default: 128. */
  readonly units?: number | undefined
  /** Probability of a hidden unit to be dropped in training: at least 0, below 1. Default: 0. */
  readonly dropout?: number | undefined
  /** Behind each convolution and the hidden dense layer. Default: relu. */
  readonly activation?: Activation | undefined
}
/** {@link CnnInput} with its defaults filled in. */
export type CnnSpec = Filled<CnnInput, 'filters' | 'kernelSize' | 'units' | 'dropout' | 'activation'>

/** A stronger network: 3 x 3 convolutions with batch norm, max pooling in between, a hidden dense layer. */
export interface CnnBestInput {
  readonly type: 'cnn-best'
  /** Channels of each convolution, at least one. Default: [24, 48, 64]. */
  readonly widths?: readonly number[] | undefined
  /** Units of the hidden dense layer, at least 1. Default: 128. */
  readonly units?: number | undefined
  /** Probability of a hidden unit to be dropped in training: at least 0, below 1. Default: 0.4. */
  readonly dropout?: number | undefined
}
/** {@link CnnBestInput} with its defaults filled in. */
export type CnnBestSpec = Filled<CnnBestInput, 'widths' | 'units' | 'dropout'>

/** All layers one by one; the last gives the logits, one for each class. */
export interface LayersInput {
  readonly type: 'layers'
  /** From the first to the last, at least one. */
  readonly layers: readonly LayerInput[]
}
/** {@link LayersInput} with the defaults of its layers filled in. */
export interface LayersSpec {
  readonly type: 'layers'
  /** From the first to the last, at least one. */
  readonly layers: readonly LayerSpec[]
}

/** A model as one writes it: a preset with a few settings, or all layers one by one. */
export type ModelInput = MlpInput | CnnInput | CnnBestInput | LayersInput
/** A model as plain data, with its defaults filled in. */
export type ModelConfig = MlpSpec | CnnSpec | CnnBestSpec | LayersSpec
