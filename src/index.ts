/**
 * atelier: train, tune and explain small image classifiers. This entry runs in Node and in browsers; reading datasets
 * and writing runs to disk is in `atelier/node`, figures are in `atelier/plot`.
 *
 * @module atelier
 */
export * from './base/errors.ts'
export { Random } from './base/random.ts'
export { decodeSafetensors, encodeSafetensors, type SavedTensor } from './base/safetensors.ts'
export type { Shape } from './base/shape.ts'
export type { AugmentInput, AugmentSpec } from './data/augmentSpec.ts'
export type { ClassWarning } from './data/classWarnings.ts'
export {
  createDataset,
  type Dataset,
  type Examples,
  fashionMnistClasses,
  limitDataset,
} from './data/dataset.ts'
export { encodeIdx, type IdxArray, type IdxContent, imageShape, pairExamples, parseIdx } from './data/idx.ts'
export { fitPreprocessing, type Normalization, type Preprocessing } from './data/preprocess.ts'
export { type Split, splitTrainValidation } from './data/split.ts'
export { syntheticFashion } from './data/synthetic/syntheticFashion.ts'
export { type EngineChoice, fastestEngine } from './engine/choose.ts'
export { createEngine } from './engine/create.ts'
export type { EngineName } from './engine/engine.ts'
export { KeptMemory } from './engine/keptMemory.ts'
export { averagePool2d, globalAveragePool2d } from './nn/averagePool2d.ts'
export { batchNorm } from './nn/batchNorm.ts'
export { conv2d } from './nn/conv2d.ts'
export { dense } from './nn/dense.ts'
export { dropout } from './nn/dropout.ts'
export { elu } from './nn/elu.ts'
export { flatten } from './nn/flatten.ts'
export { gelu } from './nn/gelu.ts'
export {
  type FirstElementCheck,
  type GradientCheckOptions,
  type GradientReport,
  gradientCheck,
  gradientTolerance,
  type TensorCheck,
} from './nn/gradientCheck.ts'
export type * from './nn/layerSpecs.ts'
export { leakyRelu } from './nn/leakyRelu.ts'
export { maxPool2d } from './nn/maxPool2d.ts'
export { Model, type ModelOptions, type ModelSpec, summary } from './nn/model.ts'
export type * from './nn/modelSpecs.ts'
export { relu } from './nn/relu.ts'
export { sigmoid } from './nn/sigmoid.ts'
export { softplus } from './nn/softplus.ts'
export { tanh } from './nn/tanh.ts'
export { adagrad } from './optim/adagrad.ts'
export { adam } from './optim/adam.ts'
export { adamw } from './optim/adamw.ts'
export type * from './optim/optimizerSpecs.ts'
export { rmsprop } from './optim/rmsprop.ts'
export { learningRateAt, type Position } from './optim/schedule.ts'
export type * from './optim/scheduleSpecs.ts'
export { sgd } from './optim/sgd.ts'
export { readCheckpoint } from './train/checkpoint.ts'
export { trainingConfig, trainingSchema } from './train/config.ts'
export { type Evaluation, evaluate, type MeasuredCheckpoint } from './train/evaluate.ts'
export * from './train/events.ts'
export { type TrainOptions, train, trainEvents } from './train/train.ts'
export type * from './train/trainingInput.ts'
