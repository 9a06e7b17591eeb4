import { sizeOf } from '../base/shape.ts'
import { ROW_TILE } from '../engine/tensor.ts'
import type { Layer } from '../nn/layer.ts'

/**
 * Outputs that are images, of all rows in work together: with their gradients 12 MB of float32, half of it rewritten in
 * place. More than that and the outputs have left the processor's last cache before the backward pass wants them. Vectors
 * do not count: dense layers have more weights than outputs, and reading those again for a few rows costs as much.
 */
const VALUES_IN_WORK = 1_500_000

/**
 * How many rows go forward and back through all layers before the next ones are taken, a multiple of {@link ROW_TILE}.
 * Rows do not depend on each other, so the result is the same bits for any number. It is infinite where no layer gives
 * images, and where one looks at the whole batch: then all rows have to be there at once.
 *
 * @param layers of the model; what counts are their outputs
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
  return Math.max(ROW_TILE, Math.floor(VALUES_IN_WORK / values / ROW_TILE) * ROW_TILE)
}
