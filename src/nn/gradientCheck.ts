import { checkFields } from '../base/arguments.ts'
import { ConfigError } from '../base/errors.ts'
import { Random } from '../base/random.ts'
import type { EngineName } from '../engine/engine.ts'
import type { LayerBuilder } from './buildLayers.ts'
import { type Pair, pairOf, probeBatch, withoutRows } from './gradientPair.ts'
import type { ProbeBatch } from './gradientProbe.ts'
import type { Parameter } from './layer.ts'
import { checkModelSpec, type ModelSpec, takesSparseInput } from './model.ts'

export interface GradientCheckOptions {
  /** Inputs of the batch, row-major: one row of input values an example. */
  readonly inputs: ArrayLike<number>
  /** A class index for each example. */
  readonly labels: ArrayLike<number>
  /** Engine whose gradients are checked. Default: reference. The differences are always computed in float64. */
  readonly engine?: EngineName
  /**
   * The shift of each input value in preprocessing: mean / standard deviation. If given, the input of the engine `simd` is
   * a sparse one, `inputs` + shift, as for training data with many zeros.
   */
  readonly shift?: ArrayLike<number>
  /** Half the width of the difference. */
  readonly epsilon?: number
  /** Elements checked in each tensor: the size of a seeded sample, or 'all'. */
  readonly samples?: number | 'all'
  /** Largest relative error that passes. Default: {@link gradientTolerance} of the engine. */
  readonly tolerance?: number
  readonly seed?: number
  /** Replaces layers, for tests of the check itself. */
  readonly build?: LayerBuilder
}

/** The result for one tensor. */
export interface TensorCheck {
  readonly name: string
  readonly elements: number
  /** Elements whose two gradients were compared. */
  readonly compared: number
  /** Elements whose two gradients are zero except for rounding: they agree, but have no relative error. */
  readonly zeros: number
  /** Elements left out because the step went across a kink, where there is no derivative. */
  readonly kinks: number
  /** null if nothing could be compared. */
  readonly largestError: number | null
  readonly verdict: 'right' | 'wrong' | 'not compared'
}

/** The paper's own check (section 4.1.1): element (0,0) of each layer's weights, one difference, kinks ignored. */
export interface FirstElementCheck {
  readonly name: string
  readonly analytic: number
  readonly numeric: number
  /** |numeric - analytic| / |analytic|; null if the gradient is zero and the error "undefined". */
  readonly relativeError: number | null
}

export interface GradientReport {
  readonly ok: boolean
  /** Engine whose gradients were checked. */
  readonly engine: EngineName
  /** Largest difference of the logits from those in float64, relative to the largest logit or to 1, whichever is larger. */
  readonly outputError: number
  /** Examples left out because float32 rounds an output to the other side of a kink, where the gradient differs. */
  readonly leftOut: number
  readonly loss: number
  readonly epsilon: number
  readonly tolerance: number
  readonly tensors: readonly TensorCheck[]
  readonly firstElements: readonly FirstElementCheck[]
}

/** A numeric gradient up to this counts as rounding of the loss if the analytic one is 0. */
const ROUNDING = 1e-9

/** Tolerances in the precision of an engine. */
interface Precision {
  readonly tolerance: number
  /**
   * An analytic gradient up to this is a 0 with rounding errors, such as that of a bias in front of batchNorm. In float32
   * relative to the model's largest gradient.
   */
  readonly zero: number
  /** Smallest denominator of a relative error, as a share of the tensor's largest gradient. */
  readonly share: number
}

const float64: Precision = { tolerance: 1e-6, zero: 1e-14, share: 0.01 }
/** Rounding errors follow the largest terms, so all elements of a tensor have errors relative to its largest. */
const float32: Precision = { tolerance: 1e-4, zero: 1e-4, share: 1 }

const precisionOf = (engine: EngineName): Precision => (engine === 'reference' ? float64 : float32)

/** The default tolerance: 1e-6 for `reference`, 1e-4 for the engines that compute in float32. */
export function gradientTolerance(engine: EngineName): number {
  return precisionOf(engine).tolerance
}

/**
 * Compares the gradients that the layers derive with central differences of the loss, in float64:
 *
 *     dL / dw  ~  (L(w + epsilon) - L(w - epsilon)) / (2 epsilon)
 *
 * The relative error of an element is |numeric - analytic| / max(|numeric|, |analytic|, a hundredth of the tensor's
 * largest gradient). The last term keeps rounding errors of the loss, about 1e-11, from being divided by almost nothing.
 * The layers are the same classes that train, on the reference engine.
 *
 * With another engine, its own gradients from its fast kernels are compared with differences of the reference engine at
 * the same parameters and inputs, rounded to float32. The error is then relative to the tensor's largest gradient, or to a
 * thousandth of the model's largest, whichever is larger; and the logits must agree as well. If float32 rounds an output
 * to the other side of a kink, its gradient differs although none is wrong: if a tensor is found wrong, such examples are
 * left out and the others are compared once more.
 *
 * @throws ConfigError, ShapeError if model and batch do not fit; EngineError if `blas` is not available
 */
export function gradientCheck(spec: ModelSpec, options: GradientCheckOptions): GradientReport {
  checkModelSpec(spec)
  const kinds = { inputs: 'numbers', labels: 'numbers', shift: 'numbers?', build: 'function?' } as const
  checkFields(options, kinds, 'gradient check')
  const { engine = 'reference', epsilon = 5e-5, samples = 100, seed = 1, build } = options
  const { tolerance = gradientTolerance(engine) } = options
  checkSettings({ epsilon, tolerance, samples, seed })
  const { shift, ...batch } = probeBatch(spec, options)
  const leavesZeros = engine === 'simd' && shift !== undefined && takesSparseInput(spec.layers)
  const about = { spec, seed, ...(build && { build }) }
  let rows: ProbeBatch = leavesZeros ? { ...batch, shift } : batch
  for (;;) {
    const pair = pairOf(engine, about, rows)
    const found = compare(pair, engine, { epsilon, tolerance, samples, seed })
    const leftOut = batch.labels.length - rows.labels.length
    const report = { engine, leftOut, epsilon, tolerance, ...found }
    const fewer = withoutRows(rows, pair.apart, pair.exact)
    if (found.ok || found.outputError > tolerance || pair.apart.size === 0 || fewer === undefined)
      return report
    rows = fewer
  }
}

/** Compares the gradients of all parameters. */
function compare(
  pair: Pair,
  engine: EngineName,
  settings: Settings,
): Pick<GradientReport, 'ok' | 'loss' | 'outputError' | 'tensors' | 'firstElements'> {
  const loss = pair.exact.loss(0)
  pair.checked.backward()
  const gradients = pair.checked.model.parameters.map((parameter) => pair.checked.gradient(parameter))
  const largest = gradients.map((values) => values.reduce((most, g) => Math.max(most, Math.abs(g)), 0))
  const { zero, share } = precisionOf(engine)
  const all = engine === 'reference' ? 0 : Math.max(...largest)
  let next = 0
  const subjects = pair.exact.model.layers.flatMap((layer, index) =>
    layer.parameters.map((parameter): Subject => {
      const analytic = gradients[next] ?? new Float64Array()
      const scale = Math.max(share * (largest[next++] ?? 0), all / 1000)
      return { parameter, layer: index, analytic, scale, zero: all === 0 ? zero : zero * all }
    }),
  )
  const tensors = subjects.map((subject) => checkTensor(pair, subject, settings))
  const firstElements = subjects
    .filter(({ parameter }) => parameter.role === 'weight')
    .map((subject) => firstElement(pair, subject, settings.epsilon))
  const { outputError } = pair
  const ok = outputError <= settings.tolerance && tensors.every(({ verdict }) => verdict !== 'wrong')
  return { ok, loss, outputError, tensors, firstElements }
}

/** A parameter of the model in float64, with the gradient that is checked. */
interface Subject {
  readonly parameter: Parameter
  /** Index of its layer. */
  readonly layer: number
  readonly analytic: Float64Array
  /** Smallest denominator of a relative error. */
  readonly scale: number
  readonly zero: number
}

interface Settings {
  readonly epsilon: number
  readonly tolerance: number
  readonly samples: number | 'all'
  readonly seed: number
}

function checkSettings({ epsilon, tolerance, samples }: Settings): void {
  const fail = (what: string): never => {
    throw new ConfigError(what, { where: 'gradient check' })
  }
  if (!(epsilon > 0 && epsilon < 1)) fail(`epsilon must be a number between 0 and 1, not ${epsilon}.`)
  if (!(tolerance > 0)) fail(`tolerance must be a number above 0, not ${tolerance}.`)
  if (samples !== 'all' && !(Number.isInteger(samples) && samples > 0)) {
    fail(`samples must be "all" or a whole number of at least 1, not ${samples}.`)
  }
}

function checkTensor({ exact }: Pair, subject: Subject, settings: Settings): TensorCheck {
  const { epsilon, tolerance, samples, seed } = settings
  const { parameter, layer, analytic: gradients, scale: least, zero } = subject
  const { name } = parameter
  const elements = gradients.length
  const order = new Random(seed, `gradient check ${name}`).permute(new Uint32Array(elements))
  const chosen = samples === 'all' ? order : order.subarray(0, samples)
  let [compared, zeros, kinks] = [0, 0, 0]
  let largestError: number | null = null
  for (const element of chosen) {
    const analytic = gradients[element] ?? 0
    const { slope, kink } = exact.difference(parameter, element, layer, epsilon)
    if (kink) {
      kinks++
    } else if (Math.abs(analytic) < zero && Math.abs(slope) < ROUNDING) {
      zeros++
    } else {
      compared++
      const scale = Math.max(Math.abs(analytic), Math.abs(slope), least)
      const error = Math.abs(slope - analytic) / scale
      // NaN must not count as a small error.
      largestError = Math.max(largestError ?? 0, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error)
    }
  }
  exact.loss(0)
  const right = largestError === null || largestError <= tolerance
  const verdict = right ? (compared + zeros > 0 ? 'right' : 'not compared') : 'wrong'
  return { name, elements, compared, zeros, kinks, largestError, verdict }
}

function firstElement(
  { exact }: Pair,
  { parameter, layer, analytic: gradients }: Subject,
  epsilon: number,
): FirstElementCheck {
  const analytic = gradients[0] ?? 0
  const { slope: numeric } = exact.difference(parameter, 0, layer, epsilon)
  exact.loss(0)
  const relativeError = analytic === 0 ? null : Math.abs(numeric - analytic) / Math.abs(analytic)
  return { name: parameter.name, analytic, numeric, relativeError }
}
