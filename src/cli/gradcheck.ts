import { ConfigError } from '../base/errors.ts'
import type { Dataset } from '../data/dataset.ts'
import { fitPreprocessing, normalizations } from '../data/preprocess.ts'
import { type GradientReport, gradientCheck, type TensorCheck } from '../nn/gradientCheck.ts'
import { activationSchema, mlpLayers } from '../nn/mlp.ts'
import { openDataset, syntheticBanner } from './dataset.ts'
import { Exit } from './failure.ts'
import { grouped, plural, table } from './format.ts'
import { loud, print, printJson } from './output.ts'
import { choice, number, sizes, whole } from './values.ts'

export interface GradcheckFlags {
  readonly hidden?: string
  readonly activation?: string
  readonly batch?: string
  readonly samples?: string
  readonly all?: boolean
  readonly epsilon?: string
  readonly tolerance?: string
  readonly normalize?: string
  readonly seed?: string
  readonly data?: string
  readonly offline?: boolean
  readonly json?: boolean
}

/** `atelier gradcheck`. @throws AtelierError; Exit with 1 when a gradient is wrong */
export async function runGradcheck(flags: GradcheckFlags): Promise<void> {
  const settings = read(flags)
  const { dataset } = await openDataset(flags.data, { offline: flags.offline === true })
  if (settings.batch > dataset.train.count)
    throw new ConfigError(`${settings.batch} is larger than the ${dataset.train.count} training rows.`, {
      where: '--batch',
    })
  const report = check(dataset, settings)
  if (flags.json === true) {
    const { name, synthetic } = dataset
    printJson({ type: 'gradcheck', dataset: name, synthetic, ...settings, ...report })
  } else show(report, dataset, settings)
  if (!report.ok) throw new Exit(1)
}

function read(flags: GradcheckFlags) {
  if (flags.all === true && flags.samples !== undefined)
    throw new ConfigError('and --samples exclude each other.', { where: '--all' })
  const { hidden = '128,128', activation = 'relu', batch = '8', samples = '100', seed = '1' } = flags
  const { epsilon = '5e-5', tolerance = '1e-6', normalize = 'standardize-pixel' } = flags
  return {
    hidden: sizes('--hidden', hidden),
    activation: choice('--activation', activation, activationSchema.options),
    batch: whole('--batch', batch),
    samples: flags.all === true ? ('all' as const) : whole('--samples', samples),
    epsilon: number('--epsilon', epsilon, { above: 0, most: 0.1 }),
    tolerance: number('--tolerance', tolerance, { above: 0 }),
    normalize: choice('--normalize', normalize, normalizations),
    seed: whole('--seed', seed, { least: 0, most: 0xffffffff }),
  }
}

type Settings = ReturnType<typeof read>

/** Checks the model on the first rows of the training part, prepared as for a training. */
function check(dataset: Dataset, settings: Settings): GradientReport {
  const { height, width, channels, classes, train } = dataset
  const { batch, hidden, activation } = settings
  const features = height * width * channels
  const { mean, deviation } = fitPreprocessing(settings.normalize, train, features)
  const inputs = Float64Array.from({ length: batch * features }, (_, i) => {
    const pixel = i % features
    return ((train.images[i] ?? 0) - (mean[pixel] ?? 0)) / (deviation[pixel] ?? 1)
  })
  const layers = mlpLayers({ type: 'mlp', hidden, activation }, classes.length)
  const spec = { inputShape: [height, width, channels], layers }
  const { epsilon, tolerance, samples, seed } = settings
  const labels = train.labels.subarray(0, batch)
  return gradientCheck(spec, { inputs, labels, epsilon, tolerance, samples, seed })
}

function show(report: GradientReport, dataset: Dataset, settings: Settings): void {
  if (dataset.synthetic) print(`${loud(syntheticBanner)}\n`)
  const { hidden, activation, batch, epsilon, tolerance, seed } = settings
  const model = hidden.length === 0 ? 'softmax regression' : `MLP ${hidden.join('-')}, ${activation}`
  print(`${model}, ${plural(batch, 'image')} of ${dataset.name}, float64, seed ${seed}`)
  print(
    `central differences, epsilon ${epsilon.toExponential()}; relative errors up to ${tolerance.toExponential()} pass\n`,
  )
  const head = ['tensor', 'elements', 'compared', 'zeros', 'kinks', 'largest error', 'verdict']
  print(table([head, ...report.tensors.map(row)]))
  print('\nzeros: both gradients are 0. kinks: the step went across a kink, where there is no derivative.')
  print("\nThe paper's own check (section 4.1.1): element (0,0) of each layer's weights")
  const rows = report.firstElements.map(({ name, analytic, numeric, relativeError }) => [
    name,
    scientific(analytic),
    scientific(numeric),
    relativeError === null ? 'undefined' : scientific(relativeError),
  ])
  print(table([['tensor', 'derived', 'numeric', 'relative error'], ...rows]))
  const wrong = report.tensors.filter(({ verdict }) => verdict === 'wrong').map(({ name }) => name)
  print(wrong.length === 0 ? '\nAll gradients that were compared are right.' : `\nWRONG: ${wrong.join(', ')}`)
}

function row({ name, elements, compared, zeros, kinks, largestError, verdict }: TensorCheck): string[] {
  const error = largestError === null ? '-' : scientific(largestError)
  return [name, grouped(elements), grouped(compared), grouped(zeros), grouped(kinks), error, verdict]
}

function scientific(value: number): string {
  return value === 0 ? '0' : value.toExponential(3)
}
