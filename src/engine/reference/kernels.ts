import type { Kernels } from '../kernels.ts'
import { clipping } from './clipping.ts'
import { convolutions } from './convolutions.ts'
import { elementwise } from './elementwise.ts'
import { masks } from './masks.ts'
import { normalizations } from './norm.ts'
import { pools } from './pools.ts'
import { products } from './products.ts'
import { softenTargets, softmaxCrossEntropy } from './softmax.ts'
import { standardize } from './standardize.ts'
import { updates } from './updates.ts'

export const referenceKernels: Kernels = {
  ...products,
  ...convolutions,
  ...pools,
  ...masks,
  ...normalizations,
  ...elementwise,
  ...updates,
  softmaxCrossEntropy,
  softenTargets,
  ...clipping,
  standardize,
}
