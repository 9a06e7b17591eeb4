import { exp, log } from '../../base/elementary.ts'
import type { RowResults, SoftTargets } from '../kernels.ts'
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

/** See {@link Kernels.softenTargets}. With t the one-hot target, the new one is (1 - smoothing) t + smoothing / classes. */
export function softenTargets(
  z: Tensor,
  dz: Tensor,
  results: RowResults,
  targets: SoftTargets,
  rows: Range,
  scale: number,
): void {
  const { smoothing, weights } = targets
  const classes = z.width
  for (let m = rows.first; m < rows.end; m++) {
    const label = at(results.labels.data, m)
    const weight = at(weights.data, label)
    let sum = 0
    for (let j = 0; j < classes; j++) {
      const change = smoothing * ((j === label ? 1 : 0) - 1 / classes)
      const place = m * dz.stride + j
      dz.block.data[place] = (at(dz.block.data, place) + change * scale) * weight
      sum += at(z.block.data, m * z.stride + j)
    }
    // The loss is the sum of target times (log of the sum of e^z - z), so it changes as the target does.
    const more = smoothing * (at(z.block.data, m * z.stride + label) - sum / classes)
    results.losses.data[m] = (at(results.losses.data, m) + more) * weight
  }
}
