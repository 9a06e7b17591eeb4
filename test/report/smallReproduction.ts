import { parse } from 'yaml'
import { ConfigError } from '../../src/base/errors.ts'
import { collectReport } from '../../src/report/collect/collect.ts'
import type { ReportInput } from '../../src/report/collect/input.ts'
import type { ReportResults } from '../../src/report/results.ts'
import { refitStudy } from '../../src/reproduction/refit.ts'
import { type Reproduction, reproductionOf } from '../../src/reproduction/reproduction.ts'
import { secondStageStudy } from '../../src/reproduction/secondStage.ts'
import { reproductionStudy } from '../../src/reproduction/study.ts'
import type { Study } from '../../src/study/definition/schema.ts'
import { summariesOf } from '../../src/study/results/summaries.ts'
import { expandStudy } from '../../src/study/search/expand.ts'
import { type SampleStudy, sampleStore } from './sampleStore.ts'

/** The texts of the three files of a reproduction. */
export interface Files {
  readonly reproduction: string
  readonly study: string
  readonly published: string
}

/** A reproduction whose names and numbers have nothing to do with the paper's. */
export const smallFiles: Files = {
  reproduction: `
quick: { limit: 300 }
first: [slow-curve]
secondStage:
  finalists: 2
  epochs: 3
  folds: { k: 2, kind: shuffled, seed: 4 }
  searches: [{ title: Small net, search: steps, second: steps-longer, refit: steps-final }]
`,
  study: `
name: leaves
experiments:
  - id: steps
    base: &net
      model: { type: mlp, hidden: [4] }
      optimizer: { type: sgd, learningRate: 0.1 }
      batchSize: 20
      epochs: 1
      evaluate: end
      scoreOn: [validation]
    axes: { optimizer.learningRate: [0.3, 0.03], batchSize: [10, 40] }
    folds: { k: 2, kind: shuffled, seed: 3 }
    seeds: [5]
  - id: penalty
    base: { <<: *net, scoreOn: [train, test] }
    axes: { l2: [0, 7] }
    chooseOn: test
    seeds: [5]
  - id: starts
    base: { <<: *net, scoreOn: [test] }
    axes: { model.initializer: [heNormal, glorotUniform] }
    chooseOn: none
    seeds: [5]
  - id: slow-curve
    base: { <<: *net, epochs: 4, evaluate: epoch, scoreOn: [train, test] }
    seeds: [5, 6]
`,
  published: `
title: Leaves of a garden
authors: [A. Gardener]
dataset: Garden leaves
tolerance: { accuracy: 0.02, loss: 0.1 }
labels: { l2: weight decay }
experiments:
  - { id: pictures, title: The leaves, sections: [I], type: images }
  - id: tuning
    title: Tuning
    sections: [II]
    parts: [steps, penalty]
    choices:
      - { title: Best decay on the test set, part: penalty, onTest: true }
      - { title: Two stages, part: steps-longer, refit: steps-final }
  - { id: training, title: Training, sections: [III], parts: [slow-curve, starts] }
  - { id: final, title: The chosen net, type: refits, parts: [steps-longer, steps-final], needs: [tuning] }
figures:
  - { number: 21, experiment: training, type: curve, part: slow-curve, title: Accuracy by epoch }
  - { number: 22, experiment: tuning, type: sweep, part: penalty, title: Accuracy by decay, x: l2 }
  - { id: tuning-map, experiment: tuning, type: heatmap, part: steps, title: Search, x: optimizer.learningRate, y: batchSize }
  - { id: tuning-lines, experiment: tuning, type: parallel, part: steps, title: All settings }
  - { id: tuning-axes, experiment: tuning, type: importance, part: steps, title: Importance }
  - { id: starts, experiment: training, type: bars, part: starts, title: Starts, by: model.initializer }
  - id: seen
    experiment: training
    type: epochs
    title: Seen and unseen
    panels: [testAccuracy, trainAccuracy]
    lines: [{ part: slow-curve, label: The net }]
numbers:
  - id: curve
    section: III
    figure: 21
    title: Test accuracy after 2 epochs
    value: 0.6543
    headline: true
    ours: { part: slow-curve, metric: testAccuracy, epoch: 2 }
  - { id: decay, figure: 22, title: Best decay, value: 7, ours: { part: penalty, chosen: l2 } }
  - { id: loss, title: Test loss with decay 7, value: 0.4321, ours: { part: penalty, metric: testLoss, where: { l2: 7 } } }
  - { id: refit, title: Test accuracy of the chosen net, value: 0.7654, headline: true, ours: { part: steps-final, metric: testAccuracy } }
tables:
  - id: search
    section: II
    part: steps
    keys: { size: { title: Batch, field: batchSize }, rate: { title: Rate, field: optimizer.learningRate } }
    values: { score: { title: "Held-out accuracy, batch {size}, rate {rate}", metric: validationAccuracy } }
    columns: [size, rate, score]
    rows: [[10, 0.3, 0.6111], [10, 0.03, 0.5222]]
    headline: [search/0/score]
settings:
  - { id: data/train, title: Training leaves, value: 600, ours: { dataset: train } }
  - { id: net/layers, title: Hidden layers, value: 1, ours: { part: slow-curve, field: model.hidden, of: depth } }
  - { id: net/steps, title: Steps of an epoch, value: 30, ours: { stepsOf: slow-curve } }
  - { id: net/read, title: Epoch of the curve, value: 2, ours: { curveOf: slow-curve } }
contradictions:
  - title: Two best decays
    experiments: [tuning]
    disputes: [decay]
    claims:
      - { where: page 3, says: Decay 7 is best., values: [7] }
      - { where: page 4, says: Decay 0 is best., values: [0] }
    ours: { text: "By decay: {all}.", values: { all: { part: penalty, by: l2 } } }
remarks:
  - text: Ours has {ours}, where {theirs} was published.
    values: { ours: { part: slow-curve, epoch: 2 }, theirs: { number: curve } }
`,
}

export const smallPlaces = {
  reproduction: 'mine/reproduction.yaml',
  study: 'mine/study.yaml',
  published: 'mine/published.yaml',
}

/** The reproduction of these texts. */
export function reproductionFrom({ reproduction, study, published }: Files): Reproduction {
  const read = (text: string): unknown => parse(text, { merge: true })
  const files = { reproduction: read(reproduction), study: read(study), published: read(published) }
  return reproductionOf(files, smallPlaces)
}

/** The small reproduction with a change in one of its files. */
function changed(file: keyof Files, old: string, text: string): Files {
  const before = smallFiles[file]
  if (before.split(old).length !== 2) throw new Error(`"${old}" must stand once in ${file}`)
  return { ...smallFiles, [file]: before.replace(old, () => text) }
}

/** The message for a copy with a change in one file, where `old` stands once. */
export function complaint(file: keyof Files, old: string, text: string): string {
  try {
    reproductionFrom(changed(file, old, text))
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'no complaint'
}

/** Results of the small reproduction with made-up numbers: all trainings done, or none. */
export async function smallResults(begun = true): Promise<ReportResults> {
  return collectReport(await smallInput(reproductionFrom(smallFiles), begun))
}

export async function smallInput(reproduction: Reproduction, begun = true): Promise<ReportInput> {
  const study = reproductionStudy(reproduction)
  const samples: SampleStudy[] = [{ study }]
  const summaries = (last: Study) =>
    summariesOf(sampleStore(samples), samples.length, last, expandStudy(last))
  const second = secondStageStudy(reproduction, await summaries(study))
  if (second !== null) samples.push({ study: second })
  const refit = second === null ? null : refitStudy(reproduction, await summaries(second))
  if (refit !== null) samples.push({ study: refit })
  const others = samples.slice(1).map((each, i) => ({ id: i + 2, study: each.study }))
  return {
    createdAt: '2026-01-02T03:04:05.000Z',
    version: '0.1.0',
    dataset: {
      name: 'Garden leaves',
      synthetic: false,
      trainRows: 600,
      testRows: 200,
      height: 28,
      width: 28,
      classes: ['oak', 'elm', 'ash', 'fir', 'yew', 'box', 'bay', 'fig', 'lime', 'pine'],
    },
    quick: false,
    seeds: null,
    engine: 'simd',
    store: sampleStore(samples),
    studies: begun ? [{ id: 1, study }, ...others] : [{ id: null, study }],
    published: reproduction.published,
    isPublication: true,
    stages: reproduction.secondStage?.searches ?? [],
    command: (experiment) => `atelier run mine${experiment === undefined ? '' : ` --only ${experiment}`}`,
    gradientChecks: [],
  }
}
