// kernels: SIMD kernels of the engine in AssemblyScript, compiled to WebAssembly by scripts/build-kernels.js. A kernel works
// on a range of rows, allocates nothing, and sums in an order that does not depend on the range: so the bits are the same for
// any number of threads. Addresses and strides are in bytes, counts in elements.
//
// This file exports the functions that the engine calls. The build writes their names and types into
// src/engine/simd/exports.ts.

export {
  elu,
  eluBackward,
  gelu,
  geluBackward,
  leakyRelu,
  leakyReluBackward,
  relu,
  reluBackward,
  sigmoid,
  sigmoidBackward,
  softplus,
  softplusBackward,
  tanh,
  tanhBackward,
} from './activation'
export { standardize } from './batch'
export { scale, tileSquares } from './clip'
export { clearPadding, convolve, convolveGradient, crop, embed, sumGroups, turn } from './conv'
export { columnSums, product, productGradient, transpose } from './dense'
export { productOfZeros, sparseProduct, sparseProductGradient } from './denseSparse'
export { gradientWithoutZeros, productWithoutZeros } from './denseZeros'
export { moments, normalize, normalizeBackward, normalizeSums } from './norm'
export { adagrad, adam, momentum, rmsprop, sgd } from './optimizer'
export { patches } from './patches'
export { averagePool, averagePoolBackward, maxPool, maxPoolBackward } from './pool'
export { pooledGradients } from './pooled'
export { copy, drawMask, multiply, philox } from './random'
export { softenTargets, softmaxCrossEntropy } from './softmax'
export { countNonZeros, fromPanels, sparseGradients, toPanels } from './sparse'
export { batchStatistics, groupMeans, keepStatistics, keptStatistics } from './statistics'
export { transformWeights, winograd } from './winograd'
