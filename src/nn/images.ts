import { type Shape, shapeMismatch } from '../base/shape.ts'
import { type Padding, type WindowShape, windowShape } from '../engine/windows.ts'

/** The window of a convolution or pooling layer over its input. @throws ShapeError naming the layer */
export function layerWindow(
  layer: string,
  inputShape: Shape,
  window: { readonly height: number; readonly width: number },
  stride: number,
  padding: Padding,
): WindowShape {
  const [height, width, channels] = inputShape
  if (inputShape.length !== 3 || height === undefined || width === undefined || channels === undefined) {
    return shapeMismatch(layer, inputShape, 'an image of height x width x channels')
  }
  if (padding === 'valid' && (window.height > height || window.width > width)) {
    shapeMismatch(layer, inputShape, `at least the size of its window, ${window.height} x ${window.width}`)
  }
  return windowShape({ height, width, channels }, window, stride, padding)
}

/** A square size or [height, width]. */
export function pair(size: number | readonly [number, number]): { height: number; width: number } {
  return typeof size === 'number' ? { height: size, width: size } : { height: size[0], width: size[1] }
}
