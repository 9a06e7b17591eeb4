import { canonicalJson } from '../../src/base/digest.ts'
import { Random } from '../../src/base/random.ts'
import { fashionMnistClasses } from '../../src/data/dataset.ts'
import type { ReportStore } from '../../src/report/collect/input.ts'
import type { EpochMetrics, FullTrial, Scores } from '../../src/store/contract.ts'
import { objectiveOf } from '../../src/study/definition/objective.ts'
import type { Study } from '../../src/study/definition/schema.ts'
import { expandStudy, type TrialSpec } from '../../src/study/search/expand.ts'

/** How a made-up training ended; undefined: it has not been run. */
export type Fate =
  | { readonly kind: 'done' }
  | { readonly kind: 'diverged' | 'failed'; readonly reason: string }

export interface SampleStudy {
  readonly study: Study
  /** Which trials were run, and how they ended; without it all were. */
  readonly fate?: (spec: TrialSpec) => Fate | undefined
  /** The whole of a training's numbers, where a test wants others than the made-up ones. */
  readonly accuracy?: (spec: TrialSpec, epoch: number) => number
}

/** A store in memory that holds studies with made-up numbers; the first has the id 1. */
export function sampleStore(studies: readonly SampleStudy[]): ReportStore {
  const all = studies.map((sample, i) => trialsOf(i + 1, sample))
  const trialsIn = (id: number) => all[id - 1] ?? []
  return {
    trials: async (id) => trialsIn(id).map(({ trial: { config, details, ...rest } }) => rest),
    trial: async (id, position) => trialsIn(id).find(({ trial }) => trial.position === position)?.trial,
    epochs: async (id) =>
      trialsIn(id).flatMap(({ trial: { position }, epochs }) =>
        epochs.map((metrics) => ({ ...metrics, position })),
      ),
    environments: async () =>
      new Map([
        [
          1,
          {
            version: '0.1.0',
            codeVersion: '0.1.0+aaaaaaaa',
            engine: 'simd',
            threads: 1,
            node: '20.19.0',
            platform: 'linux x64',
            cpu: 'made-up processor',
            cores: 2,
            memory: 8 * 2 ** 30,
          },
        ],
      ]),
  }
}

interface Kept {
  readonly trial: FullTrial
  readonly epochs: readonly EpochMetrics[]
}

function trialsOf(studyId: number, { study, fate = usualFate, accuracy = madeUp }: SampleStudy): Kept[] {
  const metrics = new Map(study.experiments.map((each) => [each.id, objectiveOf(each).metric]))
  return expandStudy(study).map((spec) => {
    const { index: position, experiment, combination, params, config, fold, seed, identity } = spec
    const end = fate(spec)
    const length = end === undefined ? 0 : end.kind === 'done' ? config.epochs : 1
    const epochs = Array.from({ length }, (_, i) => {
      const measured = config.evaluate === 'epoch' ? scoresOf(spec, accuracy(spec, i + 1), i + 1) : noScores
      return {
        epoch: i + 1,
        learningRate: config.optimizer.learningRate,
        ...running(spec, accuracy, i + 1),
        seconds: 0.4,
        ...measured,
      }
    })
    const done = end?.kind === 'done'
    const scores = done ? scoresOf(spec, accuracy(spec, length), length) : noScores
    const metric = metrics.get(experiment) ?? 'testAccuracy'
    const trial: FullTrial = {
      studyId,
      position,
      hash: canonicalJson(identity),
      experiment,
      combination,
      params,
      fold: fold?.index ?? null,
      seed,
      config,
      goal: null,
      metric,
      status: end === undefined ? 'waiting' : done ? 'done' : 'failed',
      attempts: end === undefined ? 0 : 1,
      owner: null,
      heartbeatAt: null,
      startedAt: end === undefined ? null : '2026-01-02T03:04:05.000Z',
      endedAt: end === undefined ? null : '2026-01-02T03:04:06.000Z',
      epochs: length,
      weightsEpoch: done ? length : null,
      value: scores[metric],
      seconds: end === undefined ? null : 0.5 * length,
      weightsSha256: null,
      reasonKind:
        end === undefined || end.kind === 'done' ? null : end.kind === 'failed' ? 'memory' : end.kind,
      reason: end === undefined || end.kind === 'done' ? null : end.reason,
      reusedFrom: null,
      environmentId: end === undefined ? null : 1,
      ...scores,
      checkpoint: null,
      details: done && scores.testAccuracy !== null ? detailsOf(scores.testAccuracy) : null,
    }
    return { trial, epochs }
  })
}

/** He weights on pixels up to 255 leave what numbers can hold at long steps; everything else ends. */
function usualFate({ config }: TrialSpec): Fate {
  const { model, normalize, optimizer } = config
  const he = model.type === 'mlp' && model.initializer === 'heNormal'
  const breaks = normalize === 'none' && he && optimizer.learningRate >= 0.01
  return breaks ? { kind: 'diverged', reason: 'The loss is NaN in step 2 of epoch 1.' } : { kind: 'done' }
}

const noScores: Scores = {
  trainLoss: null,
  trainAccuracy: null,
  validationLoss: null,
  validationAccuracy: null,
  testLoss: null,
  testAccuracy: null,
}

/** Numbers as trainings of this kind have them, made up from the configuration alone. */
function madeUp(spec: TrialSpec, epoch: number): number {
  const { config, seed, fold } = spec
  const { optimizer, batchSize } = config
  const rate = optimizer.learningRate
  const random = new Random(seed, `${canonicalJson(config.model)} ${rate} ${batchSize} ${fold?.index}`)
  const noise = (random.uniform(epoch) - 0.5) * 0.012
  if (config.model.type === 'cnn') {
    const lost = rate >= 0.05 || (rate === 0.02 && random.uniform(0) < 0.3)
    if (lost) return 0.1 + noise / 10
    const limit = 0.912 - 0.09 * config.model.dropout ** 4 - rate * 2
    return limit - 0.04 * Math.exp(-(epoch - 1) / 2.5) + noise / 3
  }
  const hidden = config.model.type === 'mlp' ? config.model.hidden : []
  const limit =
    0.845 + (hidden.length === 0 ? 0 : 0.035 + 0.004 * hidden.length + ((hidden[0] ?? 0) - 128) / 2e4)
  const steps = rate * Math.sqrt(400 / batchSize) * epoch
  const raw = config.normalize === 'none' ? 0.25 + (rate < 0.01 ? rate * 200 : 0.15) : 0
  const late = 0.11 * Math.exp(-steps * 6) + 0.03 * Math.exp(-steps) + 0.03 * Math.max(0, rate - 0.2)
  return limit - late - raw - 0.0002 * config.l2 + noise
}

function scoresOf({ config, fold }: TrialSpec, accuracy: number, epoch: number): Scores {
  const gap = accuracy < 0.2 ? 0 : 0.006 * epoch
  const train = Math.min(0.995, accuracy + gap)
  const held = fold !== null || config.validation > 0
  const loss = (share: number) => 0.05 + 2.5 * (1 - share) ** 1.03
  const score = (part: TrialSpec['config']['scoreOn'][number], share: number) =>
    config.scoreOn.includes(part) && (part !== 'validation' || held) ? share : null
  const [trained, validated, tested] = [
    score('train', train),
    score('validation', accuracy),
    score('test', accuracy),
  ] as const
  const lossOf = (share: number | null) => (share === null ? null : loss(share))
  return {
    trainLoss: lossOf(trained),
    trainAccuracy: trained,
    validationLoss: lossOf(validated),
    validationAccuracy: validated,
    testLoss: lossOf(tested),
    testAccuracy: tested,
  }
}

function running(spec: TrialSpec, accuracy: NonNullable<SampleStudy['accuracy']>, epoch: number) {
  const { model } = spec.config
  const dropout = model.type === 'cnn' ? model.dropout : 0
  const runningAccuracy = accuracy(spec, epoch) - 0.03 / epoch - 0.4 * dropout ** 4
  return { runningAccuracy, runningLoss: 0.05 + 2.6 * (1 - runningAccuracy) }
}

/** A confusion matrix of this accuracy whose mistakes lie between classes of the same shape, and some mistakes. */
function detailsOf(accuracy: number) {
  const classes = fashionMnistClasses.length
  const wrong = Math.round(1000 * (1 - accuracy))
  const near = [6, 3, 4, 4, 2, 7, 0, 9, 6, 7]
  const confusion = Array.from({ length: classes }, (_, i) => {
    const share = i === 6 ? 2 * wrong : i === 1 || i === 8 ? Math.round(wrong / 5) : wrong
    const first = Math.round(share * 0.7)
    return Array.from({ length: classes }, (_, j) => {
      if (j === i) return 1000 - share
      if (j === near[i]) return first
      return j === (i + 5) % classes || (near[i] === (i + 5) % classes && j === (i + 1) % classes)
        ? share - first
        : 0
    })
  })
  const recall = confusion.map((row, i) => (row[i] ?? 0) / 1000)
  const mistakes = Array.from({ length: 25 }, (_, k) => ({
    index: 37 + 311 * k,
    label: k % classes,
    predicted: near[k % classes] ?? 0,
    probability: 0.9999 - 0.004 * k,
  }))
  return { confusion, recall, mistakes }
}
