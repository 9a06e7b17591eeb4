import { ConfigError } from '../base/errors.ts'
import { sizeOf } from '../base/shape.ts'
import { createEngine } from '../engine/create.ts'
import type { EngineName } from '../engine/engine.ts'
import { createReferenceEngine } from '../engine/reference/engine.ts'
import { Probe, type ProbeBatch, type ProbeModel } from './gradientProbe.ts'
import type { ModelSpec } from './model.ts'

/** The probe whose gradients are checked, and the float64 probe that computes the differences. */
export interface Pair {
  readonly checked: Probe
  readonly exact: Probe
  /** Largest difference of their logits, relative to the largest logit or to 1, whichever is larger. */
  readonly outputError: number
  /** Rows of the batch with an output that float32 rounds to the other side of a kink. */
  readonly apart: ReadonlySet<number>
}

/**
 * A model on an engine, and the same model with the same rounded parameters and inputs in float64. For the reference
 * engine both are one probe.
 *
 * @throws ConfigError, ShapeError if model and batch do not fit
 */
export function pairOf(name: EngineName, about: ProbeModel, batch: ProbeBatch): Pair {
  if (name === 'reference') {
    const probe = new Probe(createReferenceEngine(), about, batch)
    return { checked: probe, exact: probe, outputError: 0, apart: new Set() }
  }
  const checked = new Probe(createEngine(name), about, batch)
  const { labels } = batch
  const exact = new Probe(createReferenceEngine(), about, { inputs: checked.inputs(), labels })
  exact.follow(checked)
  checked.loss(0)
  exact.loss(0)
  return { checked, exact, outputError: checked.outputError(exact), apart: checked.apartFrom(exact) }
}

/** The batch without some of its rows; undefined if too few are left to train the model on. */
export function withoutRows(
  batch: ProbeBatch,
  rows: ReadonlySet<number>,
  { model }: Probe,
): ProbeBatch | undefined {
  const kept = [...batch.labels.keys()].filter((row) => !rows.has(row))
  const least = Math.max(...model.layers.map(({ smallestBatch = 1 }) => smallestBatch))
  if (kept.length < least) return undefined
  const width = batch.inputs.length / batch.labels.length
  const inputs = new Float64Array(kept.length * width)
  for (const [i, row] of kept.entries())
    inputs.set(batch.inputs.subarray(row * width, (row + 1) * width), i * width)
  return { ...batch, inputs, labels: Uint8Array.from(kept, (row) => batch.labels[row] ?? 0) }
}

/** @throws ConfigError if the sizes of inputs, labels and shift do not agree */
export function probeBatch(
  spec: ModelSpec,
  given: {
    readonly inputs: ArrayLike<number>
    readonly labels: ArrayLike<number>
    readonly shift?: ArrayLike<number>
  },
): ProbeBatch {
  const { inputs, labels, shift } = given
  const [rows, features] = [labels.length, sizeOf(spec.inputShape)]
  const fail = (what: string): never => {
    throw new ConfigError(what, { where: 'gradient check' })
  }
  if (rows === 0 || inputs.length !== rows * features)
    fail(`${inputs.length} inputs do not make ${rows} examples of ${features}.`)
  if (shift !== undefined && shift.length !== features)
    fail(`the shift has ${shift.length} values for examples of ${features}.`)
  const wrong = Array.from(labels).find((label) => !(Number.isInteger(label) && label >= 0 && label < 256))
  if (wrong !== undefined) fail(`label ${wrong} is no class index.`)
  return {
    inputs: Float64Array.from(inputs),
    labels: Uint8Array.from(labels),
    ...(shift && { shift: Float64Array.from(shift) }),
  }
}
