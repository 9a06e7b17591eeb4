/**
 * How a convolution or pooling window moves over an image, all in pixels. Output pixel (i, j) sees the input from
 * (i * stride - top, j * stride - left) on; what lies outside of the image counts as 0.
 */
export interface WindowShape {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly windowHeight: number
  readonly windowWidth: number
  readonly stride: number
  /** Rows and columns of zeros around the image. */
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
  readonly outHeight: number
  readonly outWidth: number
}

export type Padding = 'valid' | 'same'

/**
 * 'valid': only windows that lie inside of the image. 'same': ceil(size / stride) outputs, zeros in equal numbers on
 * both sides, an odd one behind (as in Keras; PyTorch's 'same' is this at stride 1).
 */
export function windowShape(
  image: { readonly height: number; readonly width: number; readonly channels: number },
  window: { readonly height: number; readonly width: number },
  stride: number,
  padding: Padding,
): WindowShape {
  const [outHeight, top, bottom] = along(image.height, window.height, stride, padding)
  const [outWidth, left, right] = along(image.width, window.width, stride, padding)
  return {
    ...image,
    windowHeight: window.height,
    windowWidth: window.width,
    stride,
    ...{ top, bottom, left, right, outHeight, outWidth },
  }
}

/** Number of outputs and padding on both sides along one axis. */
function along(size: number, window: number, stride: number, padding: Padding): [number, number, number] {
  if (padding === 'valid') return [Math.floor((size - window) / stride) + 1, 0, 0]
  const outputs = Math.ceil(size / stride)
  const total = Math.max((outputs - 1) * stride + window - size, 0)
  const before = Math.floor(total / 2)
  return [outputs, before, total - before]
}

/** Values of an image with its padding. */
export function paddedLength(s: WindowShape): number {
  return (s.height + s.top + s.bottom) * (s.width + s.left + s.right) * s.channels
}
