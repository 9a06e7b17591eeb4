/** The layers of a configuration as plain data. The schemas in `specs.ts` check them. */
import type { Filled } from '../base/filled.ts'

/** A normal distribution of mean 0. */
export type NormalInitializer = {
  readonly type: 'normal'
  /** Standard deviation, above 0. */
  readonly deviation: number
}

/**
 * How the weights of a layer start. n is the number of inputs of a unit, m the number of outputs that an input has:
 * he: variance 2 / n, glorot: 2 / (n + m), lecun: 1 / n; each as a normal or a uniform distribution.
 */
export type Initializer =
  | 'heNormal'
  | 'heUniform'
  | 'glorotNormal'
  | 'glorotUniform'
  | 'lecunNormal'
  | 'lecunUniform'
  | 'zeros'
  | 'ones'
  | NormalInitializer

/** A fully connected layer: y = x W + b. */
export interface DenseSpec {
  readonly type: 'dense'
  /** Outputs of the layer, at least 1. The last dense layer of a model has one for each class. */
  readonly units: number
  /** How the weights start. Default: glorotUniform. Biases start at 0. */
  readonly initializer?: Initializer | undefined
}

/** max(x, 0) */
export interface ReluSpec {
  readonly type: 'relu'
}

/** x where x is positive, else slope * x. */
export interface LeakyReluSpec {
  readonly type: 'leakyRelu'
  /** Between 0 and 1, both excluded. Default: 0.01. */
  readonly slope?: number | undefined
}

/** Hyperbolic tangent. */
export interface TanhSpec {
  readonly type: 'tanh'
}

/** 1 / (1 + exp(-x)) */
export interface SigmoidSpec {
  readonly type: 'sigmoid'
}

/** x where x is positive, else alpha * (exp(x) - 1). */
export interface EluSpec {
  readonly type: 'elu'
  /** Above 0. Default: 1. */
  readonly alpha?: number | undefined
}

/** Gaussian error linear unit: x times the standard normal distribution function of x. */
export interface GeluSpec {
  readonly type: 'gelu'
}

/** log(1 + exp(x)) */
export interface SoftplusSpec {
  readonly type: 'softplus'
}

/** Turns height x width x channels into one row of numbers. */
export interface FlattenSpec {
  readonly type: 'flatten'
}

/** A two-dimensional convolution. */
export interface Conv2dInput {
  readonly type: 'conv2d'
  /** Channels of the output, at least 1. */
  readonly filters: number
  /** Side of the square kernel in pixels, or [height, width]; at least 1. */
  readonly kernelSize: number | readonly [number, number]
  /** Pixels between two positions of the kernel, at least 1. Default: 1. */
  readonly stride?: number | undefined
  /** valid: the kernel stays inside the image; same: zeros around it keep its size at stride 1. Default: valid. */
  readonly padding?: 'valid' | 'same' | undefined
  /** How the weights start. Default: glorotUniform. Biases start at 0. */
  readonly initializer?: Initializer | undefined
}
/** {@link Conv2dInput} with its defaults filled in. */
export type Conv2dSpec = Filled<Conv2dInput, 'stride' | 'padding'>

/** The largest value of each window, channel by channel. */
export interface MaxPool2dInput {
  readonly type: 'maxPool2d'
  /** Side of the square window in pixels, at least 1. Default: 2. */
  readonly size?: number | undefined
  /** Pixels between two windows, at least 1. Default: `size`. */
  readonly stride?: number | undefined
}
/** {@link MaxPool2dInput} with its defaults filled in. */
export type MaxPool2dSpec = Filled<MaxPool2dInput, 'size'>

/** The mean of each window, channel by channel. */
export interface AveragePool2dInput {
  readonly type: 'averagePool2d'
  /** Side of the square window in pixels, at least 1. Default: 2. */
  readonly size?: number | undefined
  /** Pixels between two windows, at least 1. Default: `size`. */
  readonly stride?: number | undefined
}
/** {@link AveragePool2dInput} with its defaults filled in. */
export type AveragePool2dSpec = Filled<AveragePool2dInput, 'size'>

/** The mean of each channel over the whole image. */
export interface GlobalAveragePool2dSpec {
  readonly type: 'globalAveragePool2d'
}

/** Sets random values to 0 in training and scales the others up; passes everything on in evaluation. */
export interface DropoutSpec {
  readonly type: 'dropout'
  /** Probability of a value to become 0: at least 0, below 1. */
  readonly rate: number
}

/** Batch normalisation, over the batch and, behind convolutions, over the positions of the image. */
export interface BatchNormInput {
  readonly type: 'batchNorm'
  /** Share of itself that a running mean keeps in each step: at least 0, below 1. Default: 0.9. */
  readonly momentum?: number | undefined
  /** Is added to the variance, above 0. Default: 1e-5. */
  readonly epsilon?: number | undefined
}
/** {@link BatchNormInput} with its defaults filled in. */
export type BatchNormSpec = Filled<BatchNormInput, 'momentum' | 'epsilon'>

type Plain =
  | DenseSpec
  | ReluSpec
  | LeakyReluSpec
  | TanhSpec
  | SigmoidSpec
  | EluSpec
  | GeluSpec
  | SoftplusSpec
  | FlattenSpec
  | GlobalAveragePool2dSpec
  | DropoutSpec

/** A layer as one writes it; `type` says which. What has a default may be left out. */
export type LayerInput = Plain | Conv2dInput | MaxPool2dInput | AveragePool2dInput | BatchNormInput
/** A layer as plain data, with its defaults filled in; `type` says which. */
export type LayerSpec = Plain | Conv2dSpec | MaxPool2dSpec | AveragePool2dSpec | BatchNormSpec
