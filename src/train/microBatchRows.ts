import { sizeOf } from '../base/shape.ts'
import { ROW_TILE } from '../engine/tensor.ts'
import type { Layer } from '../nn/layer.ts'

/**
 * Image values of all rows of a micro-batch: with their gradients 12 MB of float32, half of it rewritten in place. With
 * more, the outputs have left the processor's last cache before the backward pass reads them. Vectors do not count: dense
 * layers have more weights than outputs, and reading the weights again for a few rows costs as much.
 */
const MICRO_BATCH_VALUES = 1_500_000

/**
 * Rows of a micro-batch: rows that go forward and backward through all layers before the next ones, a multiple of
 * {@link ROW_TILE}. Rows do not depend on each other, so the bits are the same for any number. Infinity if no layer has
 * images as outputs, or if a layer depends on the whole batch and so needs all rows at once.
 *
 * @param layers all layers of the model
 */
export function microBatchRows(
  layers: readonly Pick<Layer, 'outputShape' | 'prepareForward' | 'prepareBackward'>[],
): number {
  const together = (layer: (typeof layers)[number]): boolean =>
    layer.prepareForward !== undefined || layer.prepareBackward !== undefined
  if (layers.some(together)) return Number.POSITIVE_INFINITY
  const images = layers.filter(({ outputShape }) => outputShape.length === 3)
  const values = images.reduce((sum, { outputShape }) => sum + sizeOf(outputShape), 0)
  if (values === 0) return Number.POSITIVE_INFINITY
  return Math.max(ROW_TILE, Math.floor(MICRO_BATCH_VALUES / values / ROW_TILE) * ROW_TILE)
}
