import { sizeOf } from '../src/base/shape.ts'
import { conv2d } from '../src/nn/conv2d.ts'
import { callsOf } from './oneLayer.ts'
import { rateOf, type Spread, timeOf } from './statistics.ts'

const IMAGES = 64

/** The convolutions of the paper's CNN, and one of a larger network. */
const CASES = [
  { side: 28, channels: 1, filters: 8, padding: 'valid' },
  { side: 26, channels: 8, filters: 8, padding: 'valid' },
  { side: 14, channels: 16, filters: 32, padding: 'same' },
] as const

const FORMS: Readonly<Record<string, string>> = {
  convolve: 'forward',
  convolveGradient: 'weight gradient',
  convolveGradients: 'both gradients',
}

/**
 * Operations a second of 3 x 3 convolutions in their three forms. Each form multiplies and adds once for every output
 * value and weight of its window, whatever is really done (Winograd's algorithm does less); both gradients do so
 * twice. For 'same' padding the zeros around the image count too.
 */
export function convolutionRates(): [string, Spread][] {
  return CASES.flatMap(({ side, channels, filters, padding }) => {
    const first = channels === 1
    const { layer, forward, backward } = callsOf(
      conv2d(filters, 3, { padding }),
      [side, side, channels],
      IMAGES,
      first,
    )
    const operations = 2 * IMAGES * sizeOf(layer.outputShape) * 9 * channels
    return [...forward, ...backward].map(({ kernel, run }): [string, Spread] => [
      `conv ${channels} -> ${filters}, ${side} x ${side} ${padding}, ${FORMS[kernel]}`,
      rateOf(kernel === 'convolveGradients' ? 2 * operations : operations, timeOf(run)),
    ])
  })
}
