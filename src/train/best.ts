import type { Preprocessing } from '../data/preprocess.ts'
import type { Engine } from '../engine/engine.ts'
import type { Model } from '../nn/model.ts'
import type { TrainingConfig } from './config.ts'
import type { EpochRecord } from './events.ts'
import { encodeWeightsOf, savedParts } from './weights.ts'

/** What a checkpoint saves of the best epoch, beside the weights. */
export interface BestState {
  readonly epoch: number
  readonly value: number
}

/** Keeps the number and the weights of the epoch with the best validation score. */
export class Best {
  readonly monitor: 'loss' | 'accuracy'
  private readonly engine: Engine
  private readonly model: Model
  private readonly minDelta: number
  private found: BestState | undefined
  private weights: readonly (Float32Array | Float64Array)[] = []

  constructor(engine: Engine, model: Model, config: TrainingConfig) {
    this.engine = engine
    this.model = model
    this.monitor = config.earlyStopping?.monitor ?? 'loss'
    this.minDelta = config.earlyStopping?.minDelta ?? 0
  }

  /** The best epoch so far. */
  get state(): BestState | undefined {
    return this.found
  }

  /** Saved parameters and buffers of the best epoch, in the model's order. */
  get saved(): readonly (Float32Array | Float64Array)[] {
    return this.weights
  }

  /** Compares a finished epoch with the best so far. @returns true if it is better; its weights are then kept */
  look(record: EpochRecord): boolean {
    const value = record.validation?.[this.monitor]
    if (value === undefined) return false
    const before = this.found?.value
    const better =
      before === undefined ||
      (this.monitor === 'loss' ? value < before - this.minDelta : value > before + this.minDelta)
    if (better) {
      this.found = { epoch: record.epoch, value }
      this.weights = savedParts(this.model).map((part) => this.engine.store(part.value))
    }
    return better
  }

  /** A safetensors file of the best weights and the preprocessing, as {@link encodeWeights} makes it. */
  encode(preprocessing: Preprocessing): Uint8Array<ArrayBuffer> {
    return encodeWeightsOf(this.model, this.weights, preprocessing)
  }

  /** Continues from what a checkpoint has saved. */
  resume(state: BestState, weights: readonly (Float32Array | Float64Array)[]): void {
    this.found = state
    this.weights = weights
  }

  /** Puts the weights of the best epoch into the model. */
  restore(): void {
    savedParts(this.model).forEach(({ value }, i) => {
      const weights = this.weights[i]
      if (weights) this.engine.load(value, weights)
    })
    this.model.refresh()
  }
}
