import type { Engine } from './engine.ts'
import { type ConvolutionWorkspace, WORKSPACE_SCRATCH } from './kernels.ts'
import { ROW_TILE } from './tensor.ts'
import { paddedLength, type WindowShape } from './windows.ts'

/**
 * Plans the room that the kernels of a convolution work in.
 *
 * @param capacity rows of the largest batch
 * @param needsInputGradient whether convolveGradients will be called
 */
export function planWorkspace(
  engine: Engine,
  capacity: number,
  s: WindowShape,
  filters: number,
  needsInputGradient: boolean,
): ConvolutionWorkspace {
  const groups = Math.ceil(capacity / ROW_TILE)
  const spread = (s.height + s.windowHeight - 1) * (s.width + s.windowWidth - 1) * filters
  const workspace = {
    padded: engine.tensor(groups, paddedLength(s) + engine.convolutionScratch),
    spread: engine.tensor(groups, spread + WORKSPACE_SCRATCH),
  }
  if (!needsInputGradient) return workspace
  return { ...workspace, sparse: engine.tensor(groups, sparseRoom(s, filters).length) }
}

/** Where things lie in the room for sparse gradients, in floats from its start. */
export interface SparseRoom {
  /** Gradient of the weights, filter by filter. */
  readonly gradient: number
  /** Gradient of the input with its padding. */
  readonly padded: number
  /** Eight lists, as long as an image has places, and four more that are written but do not count. */
  readonly lists: number
  readonly length: number
}

/** The room begins with the weights, filter by filter. */
export function sparseRoom(s: WindowShape, filters: number): SparseRoom {
  const weights = filters * s.windowHeight * s.windowWidth * s.channels
  const padded = 2 * weights
  const lists = padded + paddedLength(s)
  return { gradient: weights, padded, lists, length: lists + 8 * (s.outHeight * s.outWidth + 4) }
}
