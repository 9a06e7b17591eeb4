import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { fashionMnistClasses } from '../../src/data/dataset.ts'
import type { GradientReport } from '../../src/nn/gradientCheck.ts'
import { collectReport } from '../../src/report/collect/collect.ts'
import type { ReportInput } from '../../src/report/collect/input.ts'
import type { ReportResults } from '../../src/report/results.ts'
import { paperFolder, readReproduction } from '../../src/reproduction/read.node.ts'
import { refitStudy } from '../../src/reproduction/refit.ts'
import { secondStageStudy } from '../../src/reproduction/secondStage.ts'
import { reproductionStudy } from '../../src/reproduction/study.ts'
import type { Study } from '../../src/study/definition/schema.ts'
import { summariesOf } from '../../src/study/results/summaries.ts'
import type { TrialSpec } from '../../src/study/search/expand.ts'
import { expandStudy } from '../../src/study/search/expand.ts'
import { type Fate, type SampleStudy, sampleStore } from './sampleStore.ts'

/** The paper that comes with atelier. */
export const paper = await readReproduction(paperFolder(), async (path) =>
  parse(await readFile(path, 'utf8')),
)

/**
 * complete: all experiments. partial: some run, some half, some not, one trial failed, no refits, no gradients checked.
 * finals: all but the second stage of the network, half run, and the refits. empty: nothing was run. synthetic: drawn
 * images. quick: a tenth of the rows. seeds: 5 seeds everywhere.
 */
export type SampleKind = 'complete' | 'partial' | 'finals' | 'empty' | 'synthetic' | 'quick' | 'seeds'

/** Results of the paper with made-up numbers, the same in every call. @param accuracy of a training after an epoch */
export async function sampleResults(
  kind: SampleKind = 'complete',
  accuracy?: SampleStudy['accuracy'],
): Promise<ReportResults> {
  return collectReport(await sampleInput(kind, accuracy))
}

/** What these results are made from. */
export async function sampleInput(
  kind: SampleKind = 'complete',
  accuracy?: SampleStudy['accuracy'],
): Promise<ReportInput> {
  const quick = kind === 'quick'
  const seeds = kind === 'seeds' ? 5 : null
  const options = { quick, ...(seeds === null ? {} : { seeds }) }
  const study = reproductionStudy(paper, options)
  const sample: SampleStudy = {
    study,
    ...(accuracy === undefined ? {} : { accuracy }),
    ...(kind === 'partial' ? { fate: partly } : {}),
  }
  const samples = [sample]
  const summaries = (last: Study) =>
    summariesOf(sampleStore(samples), samples.length, last, expandStudy(last))
  const second = secondStageStudy(paper, await summaries(study), options)
  if (second !== null)
    samples.push({ ...sample, study: second, ...(kind === 'finals' ? { fate: half } : {}) })
  const refit = second === null ? null : refitStudy(paper, await summaries(second), options)
  if (refit !== null) samples.push({ ...sample, study: refit })
  const synthetic = kind === 'synthetic'
  const empty = kind === 'empty'
  const stored = samples.map((each, i) => ({ id: i + 1, study: each.study }))
  return {
    createdAt: '2026-01-02T03:04:05.000Z',
    version: '0.1.0',
    dataset: {
      name: synthetic ? 'synthetic garments' : 'Fashion-MNIST',
      synthetic,
      trainRows: 60_000,
      testRows: 10_000,
      height: 28,
      width: 28,
      classes: fashionMnistClasses,
    },
    quick,
    seeds,
    engine: 'simd',
    store: sampleStore(samples),
    studies: empty ? [{ id: null, study }] : [{ id: 1, study }, ...stored.slice(1)],
    published: paper.published,
    isPublication: true,
    stages: paper.secondStage?.searches ?? [],
    command: (experiment) => `atelier run paper${experiment === undefined ? '' : ` --only ${experiment}`}`,
    gradientChecks:
      empty || kind === 'partial'
        ? []
        : [
            { model: 'Perceptron 784-128-128-10', report: report(['dense 1', 'dense 2', 'dense 3']) },
            { model: 'Convolutional network', report: report(['conv 1', 'conv 2', 'dense 1', 'dense 2']) },
          ],
  }
}

/** mlp-0 is done, mlp-1 half, cnn-grid has one failure and open folds, the rest has not been run. */
function partly({ experiment, combination, fold, seed }: TrialSpec): Fate | undefined {
  if (experiment.startsWith('mlp-0')) return { kind: 'done' }
  if (experiment === 'mlp-1-grid') return combination < 12 ? { kind: 'done' } : undefined
  if (experiment === 'mlp-1-curve' && seed < 3) return { kind: 'done' }
  if (experiment !== 'cnn-grid') return undefined
  if (combination === 3 && fold?.index === 1) return { kind: 'failed', reason: 'The memory is used up.' }
  return combination < 7 || (combination === 7 && fold?.index === 0) ? { kind: 'done' } : undefined
}

/** Of the finals, one training of the network is missing. */
function half({ experiment, combination, fold }: TrialSpec): Fate | undefined {
  return experiment === 'final-cnn' && combination === 2 && fold?.index === 2 ? undefined : { kind: 'done' }
}

function report(layers: readonly string[]): GradientReport {
  return {
    ok: true,
    loss: 2.3036,
    epsilon: 5e-5,
    tolerance: 1e-6,
    engine: 'reference',
    outputError: 0,
    leftOut: 0,
    tensors: layers.flatMap((layer, i) =>
      ['weight', 'bias'].map((role, j) => ({
        name: `${layer}.${role}`,
        elements: j === 0 ? 16_384 >> i : 128 >> i,
        compared: 96 - 7 * i,
        zeros: j === 0 ? 4 + 5 * i : 0,
        kinks: i,
        largestError: 3e-9 * (1 + i + j),
        verdict: 'right' as const,
      })),
    ),
    firstElements: layers.map((layer, i) => ({
      name: `${layer}.weight`,
      analytic: i === 0 ? 0 : 0.0123 / i,
      numeric: i === 0 ? 0 : 0.01230000004 / i,
      relativeError: i === 0 ? null : 3.3e-9,
    })),
  }
}
