import type { Engine } from './engine.ts'
import { type ConvolutionWorkspace, WORKSPACE_SCRATCH } from './kernels.ts'
import { SPARE_VALUES } from './simd/constants.ts'
import { ROW_TILE } from './tensor.ts'
import { paddedLength, type WindowShape } from './windows.ts'

/**
 * Plans the buffers of the kernels of a convolution.
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
  const [forward, back] = [forwardWinograd(s, filters), needsInputGradient && backwardWinograd(s, filters)]
  const winograd = Math.max(
    forward ? winogradRoom(s.channels, filters).length : 0,
    back ? winogradRoom(filters, s.channels).length : 0,
  )
  return {
    ...workspace,
    ...(winograd > 0 && { winograd: engine.tensor(groups, winograd) }),
    ...(needsInputGradient && { sparse: engine.tensor(groups, sparseRoom(s, filters).length) }),
  }
}

/** Offsets in the room for sparse gradients, in floats from its start. */
export interface SparseRoom {
  /** Gradient of the weights, filter by filter. */
  readonly gradient: number
  /** Gradient of the input with its padding. */
  readonly padded: number
  /** Eight lists, each with room for all places of an image and for {@link SPARE_VALUES}. */
  readonly lists: number
  readonly length: number
}

/** The room begins with the weights, filter by filter. */
export function sparseRoom(s: WindowShape, filters: number): SparseRoom {
  const weights = filters * s.windowHeight * s.windowWidth * s.channels
  const padded = 2 * weights
  const lists = padded + paddedLength(s)
  return { gradient: weights, padded, lists, length: lists + 8 * (s.outHeight * s.outWidth + SPARE_VALUES) }
}

/** Whether the outputs of a convolution are computed by Winograd's algorithm (kernels/winograd.ts). */
export function forwardWinograd(s: WindowShape, filters: number): boolean {
  return winogradPays(s, s.channels, filters, s.outHeight, s.outWidth)
}

/** Whether the gradient of its input is, which is a convolution too. */
export function backwardWinograd(s: WindowShape, filters: number): boolean {
  return winogradPays(s, filters, s.channels, s.height, s.width)
}

/**
 * Winograd's algorithm is used for 3 x 3 kernels of stride 1 whose channels and filters are multiples of a vector, if
 * there are enough channels and filters to be worth the transforms and not too many overlapping tiles of 4 x 4 outputs.
 * The choice depends on shapes alone.
 */
function winogradPays(
  s: WindowShape,
  channels: number,
  filters: number,
  height: number,
  width: number,
): boolean {
  if (s.windowHeight !== 3 || s.windowWidth !== 3 || s.stride !== 1) return false
  if (channels < 8 || filters < 8 || channels % 4 !== 0 || filters % 4 !== 0) return false
  const computed = 16 * Math.ceil(height / 4) * Math.ceil(width / 4)
  return height >= 4 && width >= 4 && computed <= 1.5 * height * width
}

/** Floats of the transformed weights, behind which the scratch begins, and floats of all. */
export function winogradRoom(channels: number, filters: number): { scratch: number; length: number } {
  const wide = 8 * Math.ceil(filters / 8)
  const scratch = 36 * channels * wide
  return { scratch, length: scratch + 144 * (channels + wide) + 144 }
}
