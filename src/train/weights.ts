import { sha256 } from '../base/digest.ts'
import { CheckpointError } from '../base/errors.ts'
import { decodeSafetensors, dtypeOf, encodeSafetensors, type SavedTensor } from '../base/safetensors.ts'
import { formatShape, type Shape } from '../base/shape.ts'
import type { Preprocessing } from '../data/preprocess.ts'
import type { Engine } from '../engine/engine.ts'
import type { LayerBuffer } from '../nn/layer.ts'
import type { Model } from '../nn/model.ts'

const MEAN = 'preprocessing.mean'
const DEVIATION = 'preprocessing.deviation'

/** The saved parts of a model: its parameters, then the buffers of its layers. */
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
 * As {@link encodeWeights}, for earlier values of the parameters.
 *
 * @param values row-major, in the order of {@link savedParts}
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
 * Loads saved parameters into a model. Numbers of another precision are converted, to float32 by rounding to nearest.
 *
 * @param bytes a safetensors file; other tensors in it are ignored
 * @param where the file's name, for messages
 * @returns the dtypes that were converted, such as "F64"; empty if the file has the engine's own precision
 * @throws CheckpointError if the file is damaged, or a parameter is missing, has another shape, has a dtype that cannot be
 * read, or is not finite
 */
export function loadWeights(
  engine: Engine,
  model: Model,
  bytes: Uint8Array,
  where: string,
): readonly string[] {
  const { tensors, unread } = decodeSafetensors(bytes, where)
  const converted = new Set<string>()
  for (const { name, shape, value } of savedParts(model)) {
    refuseUnread(unread, name, where)
    const saved = findShaped(tensors, name, shape, where)
    refuseNonFinite(saved, engine.name !== 'reference', where)
    const dtype = saved.widened ?? dtypeOf(saved.data)
    if (dtype !== ownDtype(engine)) converted.add(dtype)
    engine.load(value, saved.data)
  }
  model.refresh()
  return [...converted]
}

/** The dtype in which an engine computes and saves. */
export function ownDtype({ name }: Pick<Engine, 'name'>): 'F32' | 'F64' {
  return name === 'reference' ? 'F64' : 'F32'
}

function refuseUnread(unread: ReadonlyMap<string, string>, name: string, where: string): void {
  const dtype = unread.get(name)
  if (dtype === undefined) return
  throw new CheckpointError(
    `"${name}" has the dtype ${JSON.stringify(dtype.slice(0, 20))}, which is not read.`,
    {
      where,
      hint: 'Convert it to F32 first.',
    },
  )
}

/** @throws CheckpointError if a value is NaN or infinite, also after rounding to float32 */
function refuseNonFinite({ name, shape, data }: SavedTensor, rounds: boolean, where: string): void {
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? 0
    if (Number.isFinite(rounds ? Math.fround(value) : value)) continue
    const what = Number.isFinite(value) ? `${value}, which is too large for float32,` : `${value}`
    throw new CheckpointError(`"${name}" holds ${what} at [${indexText(i, shape)}].`, {
      where,
      hint: 'All weights must be finite; they may come from a training that diverged.',
    })
  }
}

/** Index i of a row-major tensor as one index for each dimension. */
function indexText(i: number, shape: Shape): string {
  const index: number[] = []
  for (const size of shape.toReversed()) {
    index.unshift(i % size)
    i = Math.floor(i / size)
  }
  return index.join(', ')
}

/** Whether the file has a fitted preprocessing; checkpoints of atelier 0.1.0 have none. */
export function hasPreprocessing(bytes: Uint8Array, where: string): boolean {
  const { tensors } = decodeSafetensors(bytes, where)
  return tensors.has(MEAN) && tensors.has(DEVIATION)
}

/** The preprocessing saved with the weights. @throws CheckpointError if it is missing */
export function loadPreprocessing(
  bytes: Uint8Array,
  kind: Preprocessing['kind'],
  where: string,
): Preprocessing {
  const { tensors, unread } = decodeSafetensors(bytes, where)
  const read = (name: string): Float64Array => {
    refuseUnread(unread, name, where)
    const saved = find(tensors, name, where)
    refuseNonFinite(saved, false, where)
    return Float64Array.from(saved.data)
  }
  return { kind, mean: read(MEAN), deviation: read(DEVIATION) }
}

/** The tensor of that name. @throws CheckpointError listing what the file has instead */
export function find(tensors: ReadonlyMap<string, SavedTensor>, name: string, where: string): SavedTensor {
  const tensor = tensors.get(name)
  if (tensor !== undefined) return tensor
  const hint = `It has: ${[...tensors.keys()].join(', ') || 'nothing'}. The file belongs to another model.`
  throw new CheckpointError(`there is no tensor "${name}".`, { where, hint })
}

/** The tensor of that name and shape. @throws CheckpointError if it is missing or has another shape */
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
