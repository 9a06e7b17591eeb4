import { decodeSafetensors } from '../../src/base/safetensors.ts'
import type { TrainingResult } from '../../src/train/events.ts'

/** The saved values of a training by name: parameters and preprocessing. */
export function weightsOf(result: TrainingResult): Map<string, number[]> {
  const { tensors } = decodeSafetensors(result.weights, 'weights.safetensors')
  return new Map([...tensors].map(([name, { data }]) => [name, [...data]]))
}
