import { ConfigError } from '../base/errors.ts'
import { suggestion } from '../base/nearest.ts'
import { published } from './published.ts'

export const paperIds = [
  'samples',
  'gradient-check',
  'mlp-0',
  'mlp-1',
  'mlp-2',
  'activations',
  'l2',
  'unnormalized',
  'cnn-grid',
  'cnn',
  'dropout',
  'width-depth',
  'further',
  'best',
] as const
/** An experiment of the paper, as reports and `--only` name it. */
export type PaperId = (typeof paperIds)[number]

export interface PaperExperiment {
  readonly id: PaperId
  readonly title: string
  /** Of the paper. */
  readonly sections: readonly string[]
  /** Figures of the paper that it repeats. */
  readonly figures: readonly number[]
  /**
   * `trainings`: trials of the study. `refit`: trainings that are known only when the study has been run, see
   * `finalsStudy` and `refitStudy`. `images` and `check`: no trainings at all, and so not in the study.
   */
  readonly kind: 'trainings' | 'refit' | 'images' | 'check'
  /** Experiments whose results it needs. */
  readonly needs: readonly PaperId[]
}

const [mlp0, mlp1, mlp2] = published.mlp.map(({ section, accuracyCurve, gridFigures }) => ({
  sections: [section],
  figures: [accuracyCurve.figure, gridFigures.learningRate, gridFigures.batchSize],
}))

const details: Readonly<Record<PaperId, Omit<PaperExperiment, 'id' | 'kind' | 'needs'>>> = {
  samples: { title: 'Images of each class', sections: ['3'], figures: [] },
  'gradient-check': { title: 'Gradients checked', sections: ['4.1.1'], figures: [] },
  'mlp-0': { title: 'Perceptron without hidden layer', sections: [], figures: [], ...mlp0 },
  'mlp-1': { title: 'Perceptron with one hidden layer', sections: [], figures: [], ...mlp1 },
  'mlp-2': { title: 'Perceptron with two hidden layers', sections: [], figures: [], ...mlp2 },
  activations: { title: 'Activations', sections: ['4.2'], figures: [] },
  l2: { title: 'L2 penalty', sections: ['4.3'], figures: [3] },
  unnormalized: { title: 'Pixels as they are', sections: ['4.4'], figures: [] },
  'cnn-grid': { title: 'Search for the convolutional network', sections: ['4.5'], figures: [13] },
  cnn: { title: 'Convolutional network', sections: ['4.5'], figures: [5] },
  dropout: { title: 'Dropout', sections: ['4.5.1'], figures: [14] },
  'width-depth': { title: 'Width and depth', sections: ['4.6'], figures: [] },
  further: { title: 'What the authors left', sections: ['5'], figures: [] },
  best: { title: 'The best models, chosen on folds', sections: ['1', '5'], figures: [] },
}

const kinds: Readonly<Partial<Record<PaperId, PaperExperiment['kind']>>> = {
  samples: 'images',
  'gradient-check': 'check',
  best: 'refit',
}

/** In the order of a report. */
export const paperExperiments: readonly PaperExperiment[] = paperIds.map((id) => ({
  id,
  ...details[id],
  kind: kinds[id] ?? 'trainings',
  needs: id === 'best' ? ['cnn-grid', 'further'] : [],
}))

/**
 * The experiments of these names and those whose results they need, in the order of a report; all without names.
 *
 * @throws ConfigError offering the nearest name for one that does not exist
 */
export function selectExperiments(only?: readonly string[], where = 'only'): readonly PaperExperiment[] {
  if (only === undefined) return paperExperiments
  if (only.length === 0) {
    throw new ConfigError('names no experiment.', { where, hint: `Known: ${paperIds.join(', ')}.` })
  }
  for (const name of only) {
    if (paperIds.some((id) => id === name)) continue
    const hint = suggestion(name, paperIds)
    throw new ConfigError(`the paper has no experiment "${name}".`, { where, hint })
  }
  const needed = paperExperiments.filter(({ id }) => only.includes(id)).flatMap(({ needs }) => needs)
  return paperExperiments.filter(({ id }) => only.includes(id) || needed.includes(id))
}
