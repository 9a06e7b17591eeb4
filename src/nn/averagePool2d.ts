import { checkArgument } from '../base/arguments.ts'
import type { Range } from '../engine/tensor.ts'
import { layerWindow, pair } from './images.ts'
import type { LayerContext } from './layer.ts'
import { PoolingLayer } from './pooling.ts'
import type { AveragePool2dSpec, GlobalAveragePool2dSpec } from './specs.ts'

/** The mean of each `size` x `size` window; windows lie side by side unless a stride is given. */
export function averagePool2d(size = 2, options: { readonly stride?: number } = {}): AveragePool2dSpec {
  checkArgument(options, 'object', 'options')
  return { type: 'averagePool2d', size, ...options }
}

/** The mean of each channel over the whole image: one value a channel. */
export function globalAveragePool2d(): GlobalAveragePool2dSpec {
  return { type: 'globalAveragePool2d' }
}

/**
 * With n values in a window:
 *
 *     forward    y = sum of x over the window / n
 *     backward   dx = dy / n for every x of the window; where windows overlap, the sum
 */
abstract class Averaging extends PoolingLayer {
  forward(rows: Range): void {
    this.engine.kernels.averagePool(this.x, this.y, this.window, rows)
  }

  backward(rows: Range): void {
    if (this.dx) this.engine.kernels.averagePoolBackward(this.dy, this.dx, this.window, rows)
  }
}

export class AveragePool2d extends Averaging {
  readonly type = 'averagePool2d'

  constructor(spec: AveragePool2dSpec, context: LayerContext) {
    const window = layerWindow(
      context.name,
      context.inputShape,
      pair(spec.size),
      spec.stride ?? spec.size,
      'valid',
    )
    super(context, window, [window.outHeight, window.outWidth, window.channels])
  }
}

export class GlobalAveragePool2d extends Averaging {
  readonly type = 'globalAveragePool2d'

  constructor(context: LayerContext) {
    const [height = 1, width = 1] = context.inputShape
    const window = layerWindow(context.name, context.inputShape, { height, width }, 1, 'valid')
    super(context, window, [window.channels])
  }
}
