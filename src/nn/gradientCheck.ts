import { ConfigError } from '../base/errors.ts'
import { Random } from '../base/random.ts'
import { sizeOf } from '../base/shape.ts'
import { writeTensor } from '../engine/engine.ts'
import { createReferenceEngine } from '../engine/reference/engine.ts'
import { type Parameter, sliceOf } from './layer.ts'
import { type LayerBuilder, Model, type ModelSpec } from './model.ts'

export interface GradientCheckOptions {
  /** Inputs of the batch, row-major: one row of input values an example. */
  readonly inputs: ArrayLike<number>
  /** One class index an example. */
  readonly labels: ArrayLike<number>
  /** Half the width of the difference. */
  readonly epsilon?: number
  /** Elements checked in each tensor: a seeded sample of so many, or 'all'. */
  readonly samples?: number | 'all'
  /** Largest relative error that passes. */
  readonly tolerance?: number
  readonly seed?: number
  /** Replaces layers, for tests of the check itself. */
  readonly build?: LayerBuilder
}

/** What was found for one tensor. */
export interface TensorCheck {
  readonly name: string
  readonly elements: number
  /** Elements whose two gradients were compared. */
  readonly compared: number
  /** Elements where both gradients are zero, but for rounding: they agree, but have no relative error. */
  readonly zeros: number
  /** Elements left out because the step went across a kink, where there is no derivative. */
  readonly kinks: number
  /** null when nothing could be compared. */
  readonly largestError: number | null
  readonly verdict: 'right' | 'wrong' | 'not compared'
}

/** The paper's own check (section 4.1.1): element (0,0) of each layer's weights, one difference, no care for kinks. */
export interface FirstElementCheck {
  readonly name: string
  readonly analytic: number
  readonly numeric: number
  /** |numeric - analytic| / |analytic|; null where the gradient is zero and the error "undefined". */
  readonly relativeError: number | null
}

export interface GradientReport {
  readonly ok: boolean
  readonly loss: number
  readonly epsilon: number
  readonly tolerance: number
  readonly tensors: readonly TensorCheck[]
  readonly firstElements: readonly FirstElementCheck[]
}

/** A numeric gradient this small beside an analytic one of 0 is rounding of the loss. */
const ROUNDING = 1e-9
/** An analytic gradient this small is a 0 that was summed with rounding, such as that of a bias in front of batchNorm. */
const ZERO = 1e-14

/**
 * Compares the gradients that the layers derive with central differences of the loss, in float64:
 *
 *     dL / dw  ~  (L(w + epsilon) - L(w - epsilon)) / (2 epsilon)
 *
 * The relative error of an element is |numeric - analytic| / max(|numeric|, |analytic|, a hundredth of the tensor's
 * largest gradient): the last term keeps the rounding of the loss, some 1e-11, from being measured against nothing.
 * The layers are the very ones that train, on the reference engine.
 *
 * @throws ConfigError, ShapeError when model and batch do not fit
 */
export function gradientCheck(spec: ModelSpec, options: GradientCheckOptions): GradientReport {
  const { epsilon = 5e-5, tolerance = 1e-6, samples = 100, seed = 1 } = options
  checkSettings({ epsilon, tolerance, samples, seed })
  const probe = new Probe(spec, options)
  const loss = probe.loss(0)
  probe.backward()
  const tensors = probe.model.layers.flatMap((layer, index) =>
    layer.parameters.map((parameter) =>
      checkTensor(probe, parameter, index, { epsilon, tolerance, samples, seed }),
    ),
  )
  const firstElements = probe.model.layers.flatMap((layer, index) =>
    layer.parameters
      .filter(({ role }) => role === 'weight')
      .map((weight) => firstElement(probe, weight, index, epsilon)),
  )
  const ok = tensors.every(({ verdict }) => verdict !== 'wrong')
  return { ok, loss, epsilon, tolerance, tensors, firstElements }
}

/** A model on the reference engine with one fixed batch. */
class Probe {
  readonly model: Model
  private readonly rows: number

  constructor(spec: ModelSpec, options: GradientCheckOptions) {
    const { inputs, labels, seed = 1, build } = options
    const rows = labels.length
    const features = sizeOf(spec.inputShape)
    if (rows === 0 || inputs.length !== rows * features) {
      throw new ConfigError(`${inputs.length} inputs do not make ${rows} examples of ${features}.`, {
        where: 'gradient check',
      })
    }
    const engine = createReferenceEngine()
    this.rows = rows
    this.model = new Model(engine, spec, rows, build === undefined ? {} : { build })
    const classes = this.model.logits.value.width
    const wrong = Array.from(labels).find(
      (label) => !(Number.isInteger(label) && label >= 0 && label < classes),
    )
    if (wrong !== undefined) {
      throw new ConfigError(`label ${wrong} is none of the model's ${classes} classes.`, {
        where: 'gradient check',
        hint: `Labels are 0 to ${classes - 1}.`,
      })
    }
    engine.commit()
    this.model.initialize(seed)
    Object.assign(this.model.pass, { training: true, step: 0, batch: rows, seed })
    writeTensor(this.model.input.value, inputs)
    this.model.loss.results.labels.data.set(Array.from(labels))
  }

  /** Mean loss over the batch, computed again from layer `from` on. */
  loss(from: number): number {
    const rows = { first: 0, end: this.rows }
    for (const layer of this.model.layers.slice(from)) {
      layer.prepareForward?.(rows)
      layer.forward(rows)
    }
    this.model.loss.run(rows, this.rows)
    let sum = 0
    for (let m = 0; m < this.rows; m++) sum += this.model.loss.results.losses.data[m] ?? 0
    return sum / this.rows
  }

  backward(): void {
    this.model.backward({ first: 0, end: this.rows })
    for (const layer of this.model.layers) {
      layer.gradient(
        layer.parameters.map((parameter) => sliceOf(parameter, 0, 1)),
        this.rows,
      )
    }
  }

  /** Which side of every kink the outputs lie on, from layer `from` on. */
  branches(from: number): string {
    return this.model.layers
      .slice(from)
      .map((layer) => layer.branches?.(this.rows).join('') ?? '')
      .join('|')
  }

  /** Central difference at one element, and whether the two sides lie on different branches of a kink. */
  difference(
    parameter: Parameter,
    element: number,
    from: number,
    epsilon: number,
  ): { slope: number; kink: boolean } {
    const { data } = parameter.value.block
    const kept = data[element] ?? 0
    data[element] = kept + epsilon
    const plus = this.loss(from)
    const above = this.branches(from)
    data[element] = kept - epsilon
    const minus = this.loss(from)
    const below = this.branches(from)
    data[element] = kept
    return { slope: (plus - minus) / (2 * epsilon), kink: above !== below }
  }
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

function checkTensor(probe: Probe, parameter: Parameter, layer: number, settings: Settings): TensorCheck {
  const { epsilon, tolerance, samples, seed } = settings
  const { name } = parameter
  const gradients = Float64Array.from(parameter.gradient.block.data)
  const largestGradient = gradients.reduce((largest, g) => Math.max(largest, Math.abs(g)), 0)
  const elements = gradients.length
  const order = new Random(seed, `gradient check ${name}`).permute(new Uint32Array(elements))
  const chosen = samples === 'all' ? order : order.subarray(0, samples)
  let [compared, zeros, kinks] = [0, 0, 0]
  let largestError: number | null = null
  for (const element of chosen) {
    const analytic = gradients[element] ?? 0
    const { slope, kink } = probe.difference(parameter, element, layer, epsilon)
    if (kink) {
      kinks++
    } else if (Math.abs(analytic) < ZERO && Math.abs(slope) < ROUNDING) {
      zeros++
    } else {
      compared++
      const scale = Math.max(Math.abs(analytic), Math.abs(slope), largestGradient / 100)
      const error = Math.abs(slope - analytic) / scale
      // A gradient that is not a number must not pass for a small one.
      largestError = Math.max(largestError ?? 0, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error)
    }
  }
  probe.loss(0)
  const right = largestError === null || largestError <= tolerance
  const verdict = right ? (compared + zeros > 0 ? 'right' : 'not compared') : 'wrong'
  return { name, elements, compared, zeros, kinks, largestError, verdict }
}

function firstElement(probe: Probe, weight: Parameter, layer: number, epsilon: number): FirstElementCheck {
  const analytic = weight.gradient.block.data[0] ?? 0
  const { slope: numeric } = probe.difference(weight, 0, layer, epsilon)
  probe.loss(0)
  const relativeError = analytic === 0 ? null : Math.abs(numeric - analytic) / Math.abs(analytic)
  return { name: weight.name, analytic, numeric, relativeError }
}
