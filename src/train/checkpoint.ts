import * as z from 'zod'
import { crc32 } from '../base/checksum.ts'
import { canonicalJson } from '../base/digest.ts'
import { CheckpointError } from '../base/errors.ts'
import { decodeSafetensors, encodeSafetensors, type SavedTensor } from '../base/safetensors.ts'
import { batchCount } from '../data/batches.ts'
import type { Preprocessing } from '../data/preprocess.ts'
import type { Engine } from '../engine/engine.ts'
import type { Best, BestState } from './best.ts'
import { type TrainingConfig, trainingSchema } from './config.ts'
import type { EpochRecord } from './events.ts'
import type { ThreadContext } from './threadContext.ts'
import {
  find,
  findShaped,
  loadWeights,
  parameterTensors,
  preprocessingTensors,
  savedParts,
} from './weights.ts'

/**
 * Progress of a training. Random numbers need no state, because they depend on seed, purpose and index alone. JSON keeps
 * all numbers exactly.
 */
export interface Progress {
  /** Complete epochs. */
  readonly epoch: number
  /** Batches done of the next epoch; all of its batches if only its evaluation is missing. */
  readonly batch: number
  /** Steps done, over all epochs. */
  readonly step: number
  /** Running sums and seconds of the unfinished epoch. */
  readonly lossSum: number
  readonly correct: number
  readonly seconds: number
  readonly history: readonly EpochRecord[]
  /** The best epoch so far on the validation rows; its weights are saved too. */
  readonly best: BestState | null
}

const score = z.strictObject({ loss: z.number(), accuracy: z.number() })
const record = z.strictObject({
  epoch: z.int().positive(),
  learningRate: z.number(),
  loss: z.number(),
  accuracy: z.number(),
  train: score.nullable(),
  validation: score.nullable(),
  test: score.nullable(),
  seconds: z.number(),
})
const stateSchema = z.strictObject({
  version: z.literal(1),
  config: trainingSchema,
  dataset: z.string(),
  progress: z.strictObject({
    epoch: z.int().min(0),
    batch: z.int().min(0),
    step: z.int().min(0),
    lossSum: z.number(),
    correct: z.number(),
    seconds: z.number(),
    history: z.array(record),
    best: z.strictObject({ epoch: z.int().positive(), value: z.number() }).nullable(),
  }),
})

const KEY = 'atelier.checkpoint'
const CHECKSUM = 'atelier.checksum'

/** CRC-32 over the state and all tensors, sorted by name: it detects a changed bit in a weight. */
function checksum(state: string, tensors: readonly SavedTensor[]): string {
  const sorted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1))
  const pieces = sorted.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  return crc32([new TextEncoder().encode(state), ...pieces])
}

const bestName = (part: string): string => `best/${part}`
const slotName = (parameter: string, slot: string): string => `${parameter}#${slot}`

/** What a checkpoint saves beside the tensors of the model and of the optimizer. */
export interface TrainingState {
  readonly config: TrainingConfig
  /** Fingerprint of the dataset. */
  readonly dataset: string
  readonly progress: Omit<Progress, 'best'>
  readonly best: Best
  readonly preprocessing: Preprocessing
}

/**
 * The whole state of a training as one safetensors file: parameters, optimizer state and progress. The preprocessing is
 * saved too, so that the model can be evaluated from the file alone; a resumed training fits it again.
 */
export function encodeCheckpoint(context: ThreadContext, saved: TrainingState): Uint8Array<ArrayBuffer> {
  const { config, dataset, progress, best, preprocessing } = saved
  const { engine } = context
  const tensors: SavedTensor[] = parameterTensors(engine, context.model)
  savedParts(context.model).forEach(({ name, shape }, i) => {
    const data = best.saved[i]
    if (data) tensors.push({ name: bestName(name), shape, data })
  })
  context.model.parameters.forEach(({ name, shape }, i) => {
    context.optimizer.slots.forEach((slot, j) => {
      const matrix = context.slots[i]?.[j]
      if (matrix) tensors.push({ name: slotName(name, slot), shape, data: engine.store(matrix) })
    })
  })
  tensors.push(...preprocessingTensors(preprocessing))
  const state = JSON.stringify({
    version: 1,
    config,
    dataset,
    progress: { ...progress, best: best.state ?? null },
  })
  return encodeSafetensors(tensors, { [KEY]: state, [CHECKSUM]: checksum(state, tensors) })
}

/** Configuration, fingerprint of the dataset, and progress of a checkpoint. */
export interface SavedState {
  readonly config: TrainingConfig
  readonly dataset: string
  readonly progress: Progress
}

/** Reads the state of a checkpoint. @throws CheckpointError if it is damaged */
export function readCheckpoint(bytes: Uint8Array, where: string): SavedState {
  const { metadata } = decodeSafetensors(bytes, where)
  const text = metadata[KEY]
  if (text === undefined) {
    const hint = 'Weights alone can be started from with --init-from.'
    throw new CheckpointError('has no training state: it is not a checkpoint.', { where, hint })
  }
  let state: unknown
  try {
    state = JSON.parse(text)
  } catch (cause) {
    throw new CheckpointError('its training state is not JSON: the file is damaged.', { where, cause })
  }
  const parsed = stateSchema.safeParse(state)
  if (!parsed.success) {
    const hint = 'The file is damaged or was written by another version.'
    throw new CheckpointError(
      `its training state is not valid (${parsed.error.issues[0]?.path.join('.')}).`,
      {
        where,
        hint,
      },
    )
  }
  return parsed.data
}

/**
 * Restores parameters and optimizer state.
 *
 * @throws CheckpointError if the checkpoint is of another configuration or dataset, saying what differs. The number of
 * epochs may differ, so that a training can be extended
 */
export function restoreCheckpoint(
  engine: Engine,
  context: ThreadContext,
  config: TrainingConfig,
  dataset: string,
  best: Best,
  bytes: Uint8Array,
  where: string,
): Progress {
  const saved = readCheckpoint(bytes, where)
  const difference = firstDifference({ ...saved.config, epochs: 0 }, { ...config, epochs: 0 })
  if (difference !== undefined) {
    throw new CheckpointError(`was made with another configuration (${difference}).`, {
      where,
      hint: 'Resume with the same settings, or start from its weights with --init-from.',
    })
  }
  const { type } = config.schedule
  if (saved.config.epochs !== config.epochs && (type === 'cosine' || type === 'oneCycle')) {
    throw new CheckpointError(
      `its ${type} schedule was made for ${saved.config.epochs} epochs, not ${config.epochs}.`,
      {
        where,
        hint: 'Only trainings whose schedule does not depend on the number of epochs can be extended.',
      },
    )
  }
  if (saved.dataset !== dataset) {
    const hint = `It was made with ${saved.dataset}; now there is ${dataset}.`
    throw new CheckpointError('was made with other data.', { where, hint })
  }
  const steps = batchCount(context.setup.trainRows, config.batchSize, config.dropLast)
  checkProgress(saved.progress, steps, where)
  const { tensors, metadata } = decodeSafetensors(bytes, where)
  checkPrecision(engine, context, tensors, where)
  loadWeights(engine, context.model, bytes, where)
  context.model.parameters.forEach(({ name, shape }, i) => {
    context.optimizer.slots.forEach((slot, j) => {
      const matrix = context.slots[i]?.[j]
      if (matrix) engine.load(matrix, findShaped(tensors, slotName(name, slot), shape, where).data)
    })
  })
  if (saved.progress.best !== null) {
    const weights = savedParts(context.model).map(({ name, shape }) => {
      const { data } = findShaped(tensors, bestName(name), shape, where)
      return data instanceof Float32Array ? data : Float64Array.from(data)
    })
    best.resume(saved.progress.best, weights)
  }
  // Last, because the checks above have more helpful messages.
  verifyChecksum(tensors, metadata, where)
  return saved.progress
}

/** @throws CheckpointError if the state or a tensor of a checkpoint has changed since it was written */
function verifyChecksum(
  tensors: ReadonlyMap<string, SavedTensor>,
  metadata: Readonly<Record<string, string>>,
  where: string,
): void {
  if (metadata[CHECKSUM] === checksum(metadata[KEY] ?? '', [...tensors.values()])) return
  const hint = 'Start from an older checkpoint, or anew.'
  throw new CheckpointError('its checksum is wrong: the file is damaged.', { where, hint })
}

/**
 * The state of a checkpoint; undefined if the file holds weights only.
 *
 * @throws CheckpointError if the file is damaged
 */
export function checkpointOf(bytes: Uint8Array, where: string): SavedState | undefined {
  const { tensors, metadata } = decodeSafetensors(bytes, where)
  if (metadata[KEY] === undefined) return undefined
  const saved = readCheckpoint(bytes, where)
  verifyChecksum(tensors, metadata, where)
  return saved
}

/**
 * Checks that the counts of a checkpoint agree. Between the last batch of an epoch and its evaluation, `batch` is the
 * number of steps of the epoch.
 */
function checkProgress({ epoch, batch, step, history }: Progress, steps: number, where: string): void {
  if (batch <= steps && step === epoch * steps + batch && history.length === epoch) return
  throw new CheckpointError(
    `its progress contradicts itself (epoch ${epoch}, batch ${batch}, step ${step}).`,
    {
      where,
      hint: 'The file is damaged.',
    },
  )
}

/** Converting numbers of another precision would change the training. @throws CheckpointError for another precision */
function checkPrecision(
  engine: Engine,
  context: ThreadContext,
  tensors: ReadonlyMap<string, SavedTensor>,
  where: string,
): void {
  const wanted = engine.name === 'reference' ? Float64Array : Float32Array
  for (const { name } of savedParts(context.model)) {
    if (!(find(tensors, name, where).data instanceof wanted)) {
      const hint = 'Resume with the engine that it was made with, or start from its weights with --init-from.'
      throw new CheckpointError(`was made with another engine than ${engine.name}.`, { where, hint })
    }
  }
}

/** @throws CheckpointError if the weights of a checkpoint belong to another model or another preprocessing */
export function checkModel(saved: TrainingConfig, now: TrainingConfig, where: string): void {
  const parts = ({ model, normalize }: TrainingConfig): object => ({ model, normalize })
  const difference = firstDifference(parts(saved), parts(now))
  if (difference !== undefined)
    throw new CheckpointError(`was made with another configuration (${difference}).`, { where })
}

function firstDifference(saved: object, now: object): string | undefined {
  const before = new Map<string, unknown>(Object.entries(saved))
  const after = new Map<string, unknown>(Object.entries(now))
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [a, b] = [before.get(key), after.get(key)].map((value) => canonicalJson(value ?? null))
    if (a !== b) return `${key}: ${a} there, ${b} now`
  }
  return undefined
}
