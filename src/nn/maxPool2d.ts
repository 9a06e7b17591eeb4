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
 *
 * A ReLU in front may leave its work to this layer, which sees a quarter of the values: for floor = 0, the largest of
 * max(x, floor) is max(largest x, floor), and the gradient stops where that is not above the floor.
 *
 * At most one value of a window gets a gradient. A convolution in front need not go through all the zeros to find it: it is
 * told what `backward` would have done (`Activations.pooled`), and does it as part of its own.
 */
export class MaxPool2d extends PoolingLayer {
  readonly type = 'maxPool2d'
  private readonly floor: number
  /** Set where the way back is left to the convolution in front. */
  private readonly pooled: PooledGradient | undefined

  constructor(spec: MaxPool2dSpec, context: LayerContext) {
    const window = layerWindow(
      context.name,
      context.inputShape,
      pair(spec.size),
      spec.stride ?? spec.size,
      'valid',
    )
    super(context, window, [window.outHeight, window.outWidth, window.channels])
    this.floor = context.rectifyInput === true ? 0 : Number.NEGATIVE_INFINITY
    if (context.takesPooled !== true) return
    const { value: x, gradient: dx } = this.input
    const { value: y, gradient: dy } = this.output
    this.pooled = { x, dx, y, dy, shape: window, floor: this.floor }
    context.input.pooled = this.pooled
  }

  forward(rows: Range): void {
    this.engine.kernels.maxPool(this.input.value, this.output.value, this.window, rows, this.floor)
  }

  protected chain(rows: Range): void {
    if (this.pooled !== undefined) return
    const { value, gradient } = this.input
    this.engine.kernels.maxPoolBackward(
      value,
      this.output.value,
      this.output.gradient,
      gradient,
      this.window,
      rows,
      this.floor,
    )
  }

  /** Which value of each window is the largest; where two change places, the maximum has a kink. */
  branches(rows: number): Uint8Array {
    const { channels, width, windowHeight, windowWidth, stride, outHeight, outWidth } = this.window
    const { block, stride: rowStride } = this.input.value
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
