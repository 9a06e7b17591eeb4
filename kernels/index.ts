// Everything the engine calls (src/engine/simd/exports.ts lists the same names with their types).

export {
  leakyRelu,
  leakyReluBackward,
  relu,
  reluBackward,
  sigmoid,
  sigmoidBackward,
  tanh,
  tanhBackward,
} from './activation'
export { standardize } from './batch'
export { columnSums, product, productGradient, transpose } from './dense'
export { momentum, sgd } from './optimizer'
export { softmaxCrossEntropy } from './softmax'
export { clearPadding, convolve, convolveGradient, embed, sumGroups, turn } from './conv'
export { averagePool, averagePoolBackward, maxPool, maxPoolBackward } from './pool'
