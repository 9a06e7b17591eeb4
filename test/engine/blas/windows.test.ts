import { expect, it } from 'vitest'
import { PATCHES } from '../../../src/engine/blas/windows.ts'
import { conv2d } from '../../../src/nn/conv2d.ts'
import { blasMissing } from '../../engines.ts'
import { runLayer } from '../../nn/imageLayer.ts'
import { disagreement } from '../../oracle/agreement.ts'
import { numbers } from '../workbench.ts'

// A window of so many numbers, as many as there are outputs: more than is laid out at a time.
it.skipIf(blasMissing !== undefined).each([
  ['rows of outputs that are laid out a few at a time', [24, 20, 9], [5, 5], conv2d(9, 5)],
  ['with padding and a stride', [30, 31, 9], [5, 5], conv2d(12, 5, { stride: 2, padding: 'same' })],
  ['a row of outputs in parts', [2, 60, 200], [2, 3], conv2d(9, [2, 3])],
] as const)(
  '%s give what the reference engine gives',
  (_name, [height, width, channels], [tall, wide], spec) => {
    const same = spec.padding === 'same'
    const stride = spec.stride
    const along = (size: number, window: number) =>
      same ? Math.ceil(size / stride) : Math.floor((size - window) / stride) + 1
    const outputs = along(height, tall) * along(width, wide)
    const taps = tall * wide * channels
    expect(outputs * taps).toBeGreaterThan(PATCHES)
    const images = {
      ...{ shape: [height, width, channels], rows: 2 },
      x: numbers(2 * height * width * channels, 'x', 1),
      dy: numbers(2 * outputs * spec.filters, 'dy', 2),
      parameters: [numbers(taps * spec.filters, 'w', 3), numbers(spec.filters, 'b', 4)],
    }
    const [got, wanted] = [runLayer('blas', spec, images), runLayer('reference', spec, images)]
    expect(disagreement(got.y, wanted.y)).toBeLessThan(1e-5)
    expect(disagreement(got.dx, wanted.dx)).toBeLessThan(1e-5)
    got.gradients.forEach((gradient, i) => {
      expect(disagreement(gradient, wanted.gradients[i] ?? [])).toBeLessThan(1e-5)
    })
  },
)
