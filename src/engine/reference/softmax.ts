import { exp, log } from '../../base/elementary.ts'
import type { RowResults } from '../kernels.ts'
import { paddedRows, type Range, type Tensor } from '../tensor.ts'
import { at } from './at.ts'

/** See {@link Kernels.softmaxCrossEntropy}. The largest logit is subtracted first: exp cannot overflow. */
export function softmaxCrossEntropy(
  z: Tensor,
  dz: Tensor,
  results: RowResults,
  rows: Range,
  scale: number,
): void {
  const { labels, losses, predictions } = results
  for (let m = rows.first; m < rows.end; m++) {
    const logits = z.block.data.subarray(m * z.stride, m * z.stride + z.width)
    const gradient = dz.block.data.subarray(m * dz.stride, m * dz.stride + z.width)
    const label = at(labels.data, m)
    let predicted = 0
    for (let j = 1; j < z.width; j++) if (at(logits, j) > at(logits, predicted)) predicted = j
    const largest = at(logits, predicted)

    let sum = 0
    for (let j = 0; j < z.width; j++) sum += exp(at(logits, j) - largest)
    losses.data[m] = log(sum) - (at(logits, label) - largest)
    predictions.data[m] = predicted

    for (let j = 0; j < z.width; j++) {
      const p = exp(at(logits, j) - largest) / sum
      gradient[j] = (p - (j === label ? 1 : 0)) * scale
    }
  }
  dz.block.data.fill(0, rows.end * dz.stride, paddedRows(rows.end) * dz.stride)
}
