import { checkArgument } from '../base/arguments.ts'
import type { PooledGradient } from '../engine/kernels.ts'
import type { Range } from '../engine/tensor.ts'
import { layerWindow, pair } from './images.ts'
import type { LayerContext } from './layer.ts'
import { PoolingLayer } from './pooling.ts'
import type { MaxPool2dSpec } from './specs.ts'

/** The largest value of each `size` x `size` window; windows lie side by side unless a stride is given. */
export function maxPool2d(size = 2, options: { readonly stride?: number } = {}): MaxPool2dSpec {
  checkArgument(options, 'object', 'options')
  return { type: 'maxPool2d', size, ...options }
}

/**
 *     forward    y = the largest x of the window (pixels that fill no whole window are left out)
 *     backward   dx = dy at the place of the largest x, 0 elsewhere; where windows overlap, the sum
 *
 * Moving any other x a little changes nothing. Of equal largest values the first one gets the gradient.
 */
export class MaxPool2d extends PoolingLayer {
  readonly type = 'maxPool2d'
  /** The smallest output; a largest value that is not above it gets no gradient. */
  protected readonly floor: number = Number.NEGATIVE_INFINITY

  constructor(spec: MaxPool2dSpec, context: LayerContext) {
    const window = layerWindow(
      context.name,
      context.inputShape,
      pair(spec.size),
      spec.stride ?? spec.size,
      'valid',
    )
    super(context, window, [window.outHeight, window.outWidth, window.channels])
  }

  forward(rows: Range): void {
    this.engine.kernels.maxPool(this.x, this.y, this.window, rows, this.floor)
  }

  backward(rows: Range): void {
    const { x, y, dy, dx, window, floor } = this
    if (dx) this.engine.kernels.maxPoolBackward(x, y, dy, dx, window, rows, floor)
  }

  /** All that `backward` would read and write, for a convolution in front that does both backward passes in one. */
  pooledGradient(): PooledGradient | undefined {
    const { x, y, dy, dx, window, floor } = this
    return dx && { x, dx, y, dy, shape: window, floor }
  }

  /** Which value of each window is the largest; where two change places, the maximum has a kink. */
  branches(rows: number): Uint8Array {
    const { channels, width, windowHeight, windowWidth, stride, outHeight, outWidth } = this.window
    const { block, stride: rowStride } = this.x
    const places: number[] = []
    for (let m = 0; m < rows; m++) {
      for (let q = 0; q < outHeight * outWidth * channels; q++) {
        const pixel = Math.floor(q / channels)
        const channel = q % channels
        const i = Math.floor(pixel / outWidth) * stride
        const j = (pixel % outWidth) * stride
        let best = 0
        let largest = this.floor
        for (let t = 0; t < windowHeight * windowWidth; t++) {
          const y = i + Math.floor(t / windowWidth)
          const x = j + (t % windowWidth)
          const value = block.data[m * rowStride + (y * width + x) * channels + channel] ?? 0
          if (value > largest) [best, largest] = [t, value]
        }
        places.push(best)
      }
    }
    return Uint8Array.from(places)
  }
}

/**
 * A max pool that also does the work of the ReLU in front of it, on the outputs instead of the inputs: there are fewer.
 *
 *     forward    y = largest of max(x, 0) = max(largest x, 0)
 *     backward   dx = dy at the place of the largest x if y > 0, 0 elsewhere
 */
export class RectifiedMaxPool2d extends MaxPool2d {
  protected override readonly floor = 0
}
