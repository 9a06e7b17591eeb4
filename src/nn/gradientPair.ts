import { ConfigError } from '../base/errors.ts'
import { sizeOf } from '../base/shape.ts'
import { createEngine } from '../engine/create.ts'
import type { EngineName } from '../engine/engine.ts'
import { createReferenceEngine } from '../engine/reference/engine.ts'
import { Probe, type ProbeBatch, type ProbeModel } from './gradientProbe.ts'
import type { ModelSpec } from './model.ts'

/** The probe whose gradients are checked, and the one in float64 whose parameters are stepped along. */
export interface Pair {
  readonly checked: Probe
  readonly exact: Probe
  /** Largest difference of their logits, as a share of the largest logit, or of 1 where that is more. */
  readonly outputError: number
  /** Examples that were left out; see {@link pairOf}. */
  readonly leftOut: number
}

/** Logits that are further apart than that are not so by rounding. */
const ROUNDING = 1e-4

/**
 * A model on an engine, and the same model with the same parameters and inputs, rounded alike, in float64: on the
 * reference engine they are one. An output so near to a kink that rounding puts it on the other side has another
 * derivative, and neither is wrong: as long as the logits agree, examples with such an output are left out of the batch.
 *
 * @throws ConfigError when that leaves too few
 */
export function pairOf(name: EngineName, about: ProbeModel, batch: ProbeBatch): Pair {
  if (name === 'reference') {
    const probe = new Probe(createReferenceEngine(), about, batch)
    probe.loss(0)
    return { checked: probe, exact: probe, outputError: 0, leftOut: 0 }
  }
  const rows = batch.labels.length
  const width = batch.inputs.length / rows
  let kept = Array.from({ length: rows }, (_, row) => row)
  for (;;) {
    const labels = Uint8Array.from(kept, (row) => batch.labels[row] ?? 0)
    const some = { ...batch, inputs: rowsOf(batch.inputs, width, kept), labels }
    const checked = new Probe(createEngine(name), about, some)
    const exact = new Probe(createReferenceEngine(), about, { inputs: checked.inputs(), labels })
    exact.follow(checked)
    checked.loss(0)
    exact.loss(0)
    const outputError = checked.outputError(exact)
    const apart = checked.apartFrom(exact)
    if (apart.size === 0 || !(outputError < ROUNDING))
      return { checked, exact, outputError, leftOut: rows - kept.length }
    kept = kept.filter((_, i) => !apart.has(i))
    if (kept.length < smallestBatch(exact)) {
      throw new ConfigError(
        'in nearly every example float32 puts some output on another side of a kink than float64.',
        { where: 'gradient check', hint: 'Use more examples, another normalization or another seed.' },
      )
    }
  }
}

const smallestBatch = ({ model }: Probe): number =>
  Math.max(...model.layers.map(({ smallestBatch = 1 }) => smallestBatch))

function rowsOf(values: Float64Array, width: number, rows: readonly number[]): Float64Array {
  const out = new Float64Array(rows.length * width)
  for (const [i, row] of rows.entries()) out.set(values.subarray(row * width, (row + 1) * width), i * width)
  return out
}

/** @throws ConfigError when inputs, labels and shift are not of the same rows and columns */
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
