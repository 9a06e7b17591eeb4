/** The optimizers of a configuration as plain data. The schemas in `specs.ts` check them. */
import type { Filled } from '../base/filled.ts'

/** Stochastic gradient descent. */
export interface SgdInput {
  readonly type: 'sgd'
  /** Above 0. */
  readonly learningRate: number
  /** Share of its velocity that a weight keeps in each step: at least 0, below 1. Default: 0. */
  readonly momentum?: number | undefined
  /** Look at the gradient where the velocity leads (Nesterov). Default: false. */
  readonly nesterov?: boolean | undefined
}
/** {@link SgdInput} with its defaults filled in. */
export type SgdSpec = Filled<SgdInput, 'momentum' | 'nesterov'>

/** Adam (Kingma, Ba 2015). An L2 penalty is a part of the gradient. */
export interface AdamInput {
  readonly type: 'adam'
  /** Above 0. Default: 0.001. */
  readonly learningRate?: number | undefined
  /** Share of itself that the mean of the gradient keeps in each step: at least 0, below 1. Default: 0.9. */
  readonly beta1?: number | undefined
  /** Share of itself that the mean of the squared gradient keeps in each step: at least 0, below 1. Default: 0.999. */
  readonly beta2?: number | undefined
  /** Is added to the root of the mean square, at least 1e-15. Default: 1e-7. */
  readonly epsilon?: number | undefined
}
/** {@link AdamInput} with its defaults filled in. */
export type AdamSpec = Filled<AdamInput, 'learningRate' | 'beta1' | 'beta2' | 'epsilon'>

/** Adam with weight decay apart from the gradient (Loshchilov, Hutter 2019). */
export interface AdamwInput extends Omit<AdamInput, 'type'> {
  readonly type: 'adamw'
  /** A step takes learningRate * weightDecay of each weight away; at least 0. Default: 0.01. */
  readonly weightDecay?: number | undefined
}
/** {@link AdamwInput} with its defaults filled in. */
export type AdamwSpec = Filled<AdamwInput, 'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'weightDecay'>

/** RMSprop (Tieleman, Hinton 2012), with PyTorch's defaults. */
export interface RmspropInput {
  readonly type: 'rmsprop'
  /** Above 0. Default: 0.001. */
  readonly learningRate?: number | undefined
  /** Share of itself that the mean of the squared gradient keeps in each step: at least 0, below 1. Default: 0.99. */
  readonly alpha?: number | undefined
  /** Share of its velocity that a weight keeps in each step: at least 0, below 1. Default: 0. */
  readonly momentum?: number | undefined
  /** Is added to the root of the mean square, at least 1e-15. Default: 1e-8. */
  readonly epsilon?: number | undefined
}
/** {@link RmspropInput} with its defaults filled in. */
export type RmspropSpec = Filled<RmspropInput, 'learningRate' | 'alpha' | 'momentum' | 'epsilon'>

/** Adagrad (Duchi, Hazan, Singer 2011). */
export interface AdagradInput {
  readonly type: 'adagrad'
  /** Above 0. Default: 0.01. */
  readonly learningRate?: number | undefined
  /** Is added to the root of the sum of squares, at least 1e-15. Default: 1e-10. */
  readonly epsilon?: number | undefined
}
/** {@link AdagradInput} with its defaults filled in. */
export type AdagradSpec = Filled<AdagradInput, 'learningRate' | 'epsilon'>

/** An optimizer as one writes it; `type` says which. What has a default may be left out. */
export type OptimizerInput = SgdInput | AdamInput | AdamwInput | RmspropInput | AdagradInput
/** An optimizer as plain data, with its defaults filled in; `type` says which. */
export type OptimizerSpec = SgdSpec | AdamSpec | AdamwSpec | RmspropSpec | AdagradSpec
