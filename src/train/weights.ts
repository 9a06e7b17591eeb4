import { sha256 } from '../base/digest.ts'
import { CheckpointError } from '../base/errors.ts'
import { decodeSafetensors, encodeSafetensors, type SavedTensor } from '../base/safetensors.ts'
import { formatShape, type Shape } from '../base/shape.ts'
import type { Preprocessing } from '../data/preprocess.ts'
import type { Engine } from '../engine/engine.ts'
import type { LayerBuffer } from '../nn/layer.ts'
import type { Model } from '../nn/model.ts'

const MEAN = 'preprocessing.mean'
const DEVIATION = 'preprocessing.deviation'

/** What is saved of a model: its parameters, then what layers keep without training it. */
export function savedParts(model: Model): readonly Pick<LayerBuffer, 'name' | 'shape' | 'value'>[] {
  return [...model.parameters, ...model.buffers]
}

/** The parameters and buffers of a model by name, row-major. */
export function parameterTensors(engine: Engine, model: Model): SavedTensor[] {
  return savedParts(model).map(({ name, shape, value }) => ({ name, shape, data: engine.store(value) }))
}

/** The fitted preprocessing, so that a model can be used without the data it was fitted on. */
export function preprocessingTensors(preprocessing: Preprocessing): SavedTensor[] {
  const { mean, deviation } = preprocessing
  return [
    { name: MEAN, shape: [mean.length], data: mean },
    { name: DEVIATION, shape: [deviation.length], data: deviation },
  ]
}

/** A safetensors file of parameters and preprocessing. */
export function encodeWeights(
  engine: Engine,
  model: Model,
  preprocessing: Preprocessing,
): Uint8Array<ArrayBuffer> {
  const values = savedParts(model).map(({ value }) => engine.store(value))
  return encodeWeightsOf(model, values, preprocessing)
}

/**
 * As {@link encodeWeights}, for values that the model had at another time.
 *
 * @param values of {@link savedParts}, in that order, row-major
 */
export function encodeWeightsOf(
  model: Model,
  values: readonly (Float32Array | Float64Array)[],
  preprocessing: Preprocessing,
): Uint8Array<ArrayBuffer> {
  const tensors: SavedTensor[] = []
  savedParts(model).forEach(({ name, shape }, i) => {
    const data = values[i]
    if (data) tensors.push({ name, shape, data })
  })
  tensors.push(...preprocessingTensors(preprocessing))
  return encodeSafetensors(tensors, { format: 'atelier', model: JSON.stringify(model.spec) })
}

/**
 * Puts saved parameters into a model.
 *
 * @param bytes a safetensors file; other tensors in it are ignored
 * @param where the file's name, for messages
 * @throws CheckpointError when the file is damaged, or a parameter is missing or of another shape
 */
export function loadWeights(engine: Engine, model: Model, bytes: Uint8Array, where: string): void {
  const { tensors } = decodeSafetensors(bytes, where)
  for (const { name, shape, value } of savedParts(model)) {
    const saved = findShaped(tensors, name, shape, where)
    engine.load(value, saved.data)
  }
  model.refresh()
}

/** Whether the file has a fitted preprocessing; checkpoints of atelier 0.1.0 have none. */
export function hasPreprocessing(bytes: Uint8Array, where: string): boolean {
  const { tensors } = decodeSafetensors(bytes, where)
  return tensors.has(MEAN) && tensors.has(DEVIATION)
}

/** The preprocessing saved with the weights. @throws CheckpointError when it is missing */
export function loadPreprocessing(
  bytes: Uint8Array,
  kind: Preprocessing['kind'],
  where: string,
): Preprocessing {
  const { tensors } = decodeSafetensors(bytes, where)
  const read = (name: string): Float64Array => Float64Array.from(find(tensors, name, where).data)
  return { kind, mean: read(MEAN), deviation: read(DEVIATION) }
}

/** The tensor of that name. @throws CheckpointError listing what the file has instead */
export function find(tensors: ReadonlyMap<string, SavedTensor>, name: string, where: string): SavedTensor {
  const tensor = tensors.get(name)
  if (tensor !== undefined) return tensor
  const hint = `It has: ${[...tensors.keys()].join(', ') || 'nothing'}. The file belongs to another model.`
  throw new CheckpointError(`there is no tensor "${name}".`, { where, hint })
}

/** The tensor of that name and shape. @throws CheckpointError when there is none or it has another shape */
export function findShaped(
  tensors: ReadonlyMap<string, SavedTensor>,
  name: string,
  shape: Shape,
  where: string,
): SavedTensor {
  const saved = find(tensors, name, where)
  if (formatShape(saved.shape) === formatShape(shape)) return saved
  throw new CheckpointError(
    `"${name}" is ${formatShape(saved.shape)} in the file, the model wants ${formatShape(shape)}.`,
    { where, hint: 'The file belongs to another model.' },
  )
}

/** SHA-256 over all parameters in order, row-major, little-endian: equal exactly when all weights are equal. */
export async function hashWeights(engine: Engine, model: Model): Promise<string> {
  const parts = savedParts(model).map(({ value }) => engine.store(value))
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at)
    at += part.byteLength
  }
  return sha256(bytes)
}
