import { ConfigError } from '../../../base/errors.ts'
import { plural, scientific } from '../../../base/format.ts'
import { grouped } from '../../../base/grouped.ts'
import { type Normalization, normalizations } from '../../../data/preprocess.ts'
import { everyLayer, noise } from '../../../nn/everyLayer.ts'
import {
  type GradientReport,
  gradientCheck,
  gradientTolerance,
  type TensorCheck,
} from '../../../nn/gradientCheck.ts'
import type { ModelConfig } from '../../../nn/presets.ts'
import { type GradientBatch, gradientBatch } from '../../../train/gradientBatch.ts'
import { readConfigFile } from '../../shared/config/configFile.ts'
import { modelText } from '../../shared/config/describe.ts'
import { type ModelFlags, refuseModelFlags, withModelFlags } from '../../shared/config/modelFlags.ts'
import { defaultConfig, isModelName } from '../../shared/config/models.ts'
import { openDataset, syntheticBanner } from '../../shared/dataset.ts'
import { engineOf } from '../../shared/engine.ts'
import { Exit } from '../../shared/failure.ts'
import { colour } from '../../shared/terminal/colour.ts'
import { print, printJson } from '../../shared/terminal/output.ts'
import { table } from '../../shared/terminal/table.ts'
import { wrap } from '../../shared/terminal/width.ts'
import { choice, number, whole } from '../../shared/values.ts'

export interface GradcheckFlags extends ModelFlags {
  readonly batch?: string
  readonly samples?: string
  readonly all?: boolean
  readonly epsilon?: string
  readonly tolerance?: string
  readonly engine?: string
  readonly normalize?: string
  readonly seed?: string
  readonly data?: string
  readonly offline?: boolean
  readonly json?: boolean
}

/**
 * The models train with `scale`, which leaves many pixels 0. With biases of 0, every relu would then be exactly at its
 * kink, and there would be nothing to compare.
 */
const usualNormalization: Normalization = 'standardize-pixel'

/** What is checked: a model and a batch for it. */
interface Subject extends GradientBatch {
  readonly model: ModelConfig | 'all'
  /** "MLP 128-128, relu, 8 images of Fashion-MNIST" */
  readonly title: string
  readonly dataset: string
  readonly synthetic: boolean
}

/** `atelier gradcheck`. @throws AtelierError; Exit with 1 when a gradient is wrong */
export async function runGradcheck(model: string | undefined, flags: GradcheckFlags): Promise<void> {
  const settings = read(flags)
  const subject =
    model === 'all' ? allLayers(flags, settings) : await configured(model ?? 'mlp', flags, settings)
  const { spec, inputs, labels, shift, dataset, synthetic } = subject
  const { engine, epsilon, tolerance, samples, seed } = settings
  const options = { inputs, labels, ...(shift && { shift }), engine, epsilon, tolerance, samples, seed }
  const report = gradientCheck(spec, options)
  const largestError = largest(report)
  if (flags.json === true) {
    const about = { dataset, synthetic, model: subject.model, ...settings }
    printJson({ type: 'gradcheck', ...about, sparseInput: shift !== undefined, ...report, largestError })
  } else show(report, largestError, subject, settings)
  if (!report.ok) throw new Exit(1)
}

function read(flags: GradcheckFlags) {
  if (flags.all === true && flags.samples !== undefined)
    throw new ConfigError('and --samples exclude each other.', { where: '--all' })
  const { batch = '8', samples = '100', epsilon = '1e-5', seed = '1' } = flags
  const { engine } = engineOf(flags.engine, 'reference')
  const { tolerance = String(gradientTolerance(engine)) } = flags
  return {
    engine,
    batch: whole('--batch', batch),
    samples: flags.all === true ? ('all' as const) : whole('--samples', samples),
    epsilon: number('--epsilon', epsilon, { above: 0, most: 0.1 }),
    tolerance: number('--tolerance', tolerance, { above: 0 }),
    seed: whole('--seed', seed, { least: 0, most: 0xffffffff }),
  }
}

type Settings = ReturnType<typeof read>

/** The model of every layer, on images of noise: no dataset is needed. */
function allLayers(flags: GradcheckFlags, { batch, seed }: Settings): Subject {
  refuseModelFlags(flags, 'all')
  for (const name of ['data', 'normalize'] as const)
    if (flags[name] !== undefined)
      throw new ConfigError('does not apply to "all", which takes noise.', { where: `--${name}` })
  if (batch < 2)
    throw new ConfigError('"all" needs 2 or more: batchNorm learns nothing from one.', { where: '--batch' })
  const { inputShape, layers } = everyLayer
  const title = `every type of layer (${layers.length} layers on ${inputShape.join(' x ')}), ${plural(batch, 'image')} of noise`
  return { model: 'all', title, dataset: 'noise', synthetic: true, spec: everyLayer, ...noise(batch, seed) }
}

/** A model that has a name or a configuration, on the first rows of the training part, prepared as for a training. */
async function configured(
  name: string,
  flags: GradcheckFlags,
  { batch, engine }: Settings,
): Promise<Subject> {
  const asked = isModelName(name)
    ? { config: { ...defaultConfig(name), normalize: usualNormalization }, data: undefined }
    : await readConfigFile(name)
  const model = withModelFlags(asked.config.model, flags)
  const normalize =
    flags.normalize === undefined
      ? asked.config.normalize
      : choice('--normalize', flags.normalize, normalizations)
  const { dataset } = await openDataset(flags.data ?? asked.data, { offline: flags.offline === true })
  return {
    model,
    title: `${modelText(model)}, ${plural(batch, 'image')} of ${dataset.name}, normalize ${normalize}`,
    dataset: dataset.name,
    synthetic: dataset.synthetic,
    ...gradientBatch(model, dataset, { batch, normalize, engine }),
  }
}

/** The largest error of all tensors; null if nothing could be compared. */
function largest({ tensors }: GradientReport): number | null {
  const errors = tensors.flatMap(({ largestError }) => (largestError === null ? [] : [largestError]))
  return errors.length === 0 ? null : Math.max(...errors)
}

function show(
  report: GradientReport,
  largestError: number | null,
  { title, model, synthetic, shift }: Subject,
  { epsilon, tolerance, seed }: Settings,
): void {
  const { engine, outputError, leftOut } = report
  if (synthetic && model !== 'all') print(`${colour('error', wrap(syntheticBanner))}\n`)
  const exact = engine === 'reference'
  print(`${title}, ${exact ? 'float64' : `engine ${engine}${shift ? ', sparse input' : ''}`}, seed ${seed}`)
  const differences = `central differences${exact ? '' : ' in float64'}, epsilon ${epsilon.toExponential()}`
  const measure = exact ? 'relative errors' : "errors relative to a tensor's largest gradient"
  print(`${differences}; ${measure} up to ${tolerance.toExponential()} pass`)
  if (!exact) print(`outputs differ from float64 by ${scientific(outputError, 3)} of the largest`)
  if (leftOut > 0)
    print(`${plural(leftOut, 'example')} left out: float32 rounds an output to the other side of a kink`)
  print('')
  const head = ['tensor', 'elements', 'compared', 'zeros', 'kinks', 'largest error', 'verdict']
  print(table([head, ...report.tensors.map(row)], { head: true, optional: [1, 3, 4] }))
  print('\nzeros: both gradients are 0. kinks: the step went across a kink, where there is no derivative.')
  print("\nThe paper's own check (section 4.1.1): element (0,0) of each layer's weights")
  const rows = report.firstElements.map(({ name, analytic, numeric, relativeError }) => [
    name,
    scientific(analytic, 3),
    scientific(numeric, 3),
    relativeError === null ? 'undefined' : scientific(relativeError, 3),
  ])
  print(table([['tensor', 'derived', 'numeric', 'relative error'], ...rows], { head: true }))
  const wrong = report.tensors.filter(({ verdict }) => verdict === 'wrong').map(({ name }) => name)
  if (largestError !== null) print(`\nlargest relative error ${scientific(largestError, 3)}`)
  if (!(outputError <= tolerance)) wrong.unshift('outputs')
  print(wrong.length === 0 ? 'All gradients that were compared are right.' : `WRONG: ${wrong.join(', ')}`)
}

function row({ name, elements, compared, zeros, kinks, largestError, verdict }: TensorCheck): string[] {
  const error = largestError === null ? '-' : scientific(largestError, 3)
  return [name, grouped(elements), grouped(compared), grouped(zeros), grouped(kinks), error, verdict]
}
