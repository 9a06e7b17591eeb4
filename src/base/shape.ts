import { ShapeError } from './errors.ts'

/** The shape of one example, without the batch: [features] or [height, width, channels]. */
export type Shape = readonly number[]

/** Number of values in a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** "28 x 28 x 1" */
export function formatShape(shape: Shape): string {
  return shape.join(' x ')
}

/** Throws a {@link ShapeError} that names the layer, what it got and what it wants. */
export function shapeMismatch(layer: string, got: Shape, wants: string): never {
  throw new ShapeError(`got an input of ${formatShape(got)}, wants ${wants}.`, { where: `layer "${layer}"` })
}
