import type { Kernels } from '../kernels.ts'
import { elementwise } from './elementwise.ts'
import { products } from './products.ts'
import { softmaxCrossEntropy } from './softmax.ts'
import { standardize } from './standardize.ts'
import { updates } from './updates.ts'

export const referenceKernels: Kernels = {
  ...products,
  ...elementwise,
  ...updates,
  softmaxCrossEntropy,
  standardize,
}
