import { published } from './published.ts'

/** A number of the paper that is no result: its data, how it trained, where it looked. */
export interface PaperSetting {
  /** Place in `published`, such as "unnormalized/epochs". */
  readonly path: string
  readonly section: string
  readonly what: string
  readonly paper: number
  readonly ours: SettingPlace
}

export type SettingPlace =
  /** A field of every configuration of an experiment of the study; of a list its first entry, or its length. */
  | {
      readonly type: 'config'
      readonly part: string
      readonly field: string
      readonly of?: 'width' | 'depth'
    }
  /** Of the images that are trained on. */
  | { readonly type: 'dataset' }
  /** Steps of an epoch of a part. */
  | { readonly type: 'steps'; readonly part: string }
  /** An epoch at which a curve is read. */
  | { readonly type: 'epoch'; readonly part: string }
  /** The number of a figure. */
  | { readonly type: 'figure' }
  /** Names a row of a table; the row's results are in `comparisons`. */
  | { readonly type: 'row' }

function setting(
  path: string,
  section: string,
  what: string,
  paper: number,
  ours: SettingPlace,
): PaperSetting {
  return { path, section, what, paper, ours }
}

const field = (part: string, name: string): SettingPlace => ({ type: 'config', part, field: name })
const figure = (path: string, section: string, number: number): PaperSetting =>
  setting(path, section, 'Figure', number, { type: 'figure' })

function ofDataset(): PaperSetting[] {
  const { section, train, test, height, width, classes } = published.dataset
  const whats = {
    train: ['Training images', train],
    test: ['Test images', test],
    height: ['Rows of pixels', height],
    width: ['Columns of pixels', width],
    classes: ['Classes', classes],
  } as const
  return Object.entries(whats).map(([key, [what, value]]) =>
    setting(`dataset/${key}`, section, what, value, { type: 'dataset' }),
  )
}

function ofMlps(): PaperSetting[] {
  return published.mlp.flatMap((mlp, index) => {
    const { id, section, hiddenLayers, units, gridBest, accuracyCurve, gridFigures } = mlp
    const at = `mlp/${index}`
    const [part, layers] = [`${id}-curve`, 'model.hidden']
    const depth: SettingPlace = { type: 'config', part, field: layers, of: 'depth' }
    const width: SettingPlace = { type: 'config', part, field: layers, of: 'width' }
    const epoch = accuracyCurve.stabilisesAfterEpochs
    return [
      setting(`${at}/hiddenLayers`, section, 'Hidden layers', hiddenLayers, depth),
      ...(units === null ? [] : [setting(`${at}/units`, section, 'Units of a layer', units, width)]),
      ...(gridBest === null || gridBest.epochs === null
        ? []
        : [
            setting(
              `${at}/gridBest/epochs`,
              section,
              'Epochs of the search',
              gridBest.epochs,
              field(`${id}-grid`, 'epochs'),
            ),
          ]),
      setting(`${at}/accuracyCurve/stabilisesAfterEpochs`, section, 'Epoch where the curve is read', epoch, {
        type: 'epoch',
        part,
      }),
      figure(`${at}/accuracyCurve/figure`, section, accuracyCurve.figure),
      figure(`${at}/gridFigures/learningRate`, section, gridFigures.learningRate),
      figure(`${at}/gridFigures/batchSize`, section, gridFigures.batchSize),
    ]
  })
}

function ofCnn(): PaperSetting[] {
  const { section, gridSearchCv, accuracyCurve } = published.cnn
  const at = 'cnn/gridSearchCv'
  const row: SettingPlace = { type: 'row' }
  return [
    figure(`${at}/figure`, section, gridSearchCv.figure),
    setting(`${at}/epochs`, section, 'Epochs', gridSearchCv.epochs, field('cnn-grid', 'epochs')),
    ...gridSearchCv.rows.flatMap(({ batchSize, learningRate }, i) => [
      setting(`${at}/rows/${i}/batchSize`, section, 'Batch size', batchSize, row),
      setting(`${at}/rows/${i}/learningRate`, section, 'Learning rate', learningRate, row),
    ]),
    figure('cnn/accuracyCurve/figure', section, accuracyCurve.figure),
    setting('cnn/accuracyCurve/epochs', section, 'Epochs', accuracyCurve.epochs, field('cnn', 'epochs')),
  ]
}

function ofDropout(): PaperSetting[] {
  const { section, figure: number, epochs, stepsPerEpoch, rows } = published.dropout
  const steps: SettingPlace = { type: 'steps', part: 'dropout' }
  return [
    figure('dropout/figure', section, number),
    setting('dropout/epochs', section, 'Epochs', epochs, field('dropout', 'epochs')),
    setting('dropout/stepsPerEpoch', section, 'Steps of an epoch', stepsPerEpoch, steps),
    ...rows.map(({ row }) => setting(`dropout/rows/${row}/row`, section, 'Row', row, { type: 'row' })),
  ]
}

function ofWidthDepth(): PaperSetting[] {
  const { section, learningRate, batchSize, epochs } = published.widthDepth
  const [at, part] = ['widthDepth', 'width-depth']
  const rate = field(part, 'optimizer.learningRate')
  return [
    setting(`${at}/learningRate`, section, 'Learning rate', learningRate, rate),
    setting(`${at}/batchSize`, section, 'Batch size', batchSize, field(part, 'batchSize')),
    setting(`${at}/epochs`, section, 'Epochs', epochs, field(part, 'epochs')),
  ]
}

/** Together with `comparisons`, all numbers of the paper. */
export const settings: readonly PaperSetting[] = [
  ...ofDataset(),
  ...ofMlps(),
  figure('l2/figure', published.l2.section, published.l2.figure),
  setting(
    'unnormalized/epochs',
    published.unnormalized.section,
    'Epochs',
    published.unnormalized.epochs,
    field('unnormalized', 'epochs'),
  ),
  ...ofCnn(),
  ...ofDropout(),
  ...ofWidthDepth(),
]
