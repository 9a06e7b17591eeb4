import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type {
  EpochMetrics,
  FullTrial,
  PruningDecision,
  StopDecision,
  StudyStore,
} from '../../../src/store/contract.ts'
import { completeEpochs } from '../../../src/store/epochs.ts'
import type { Study } from '../../../src/study/definition/schema.ts'
import { pruningDecisions } from '../../../src/study/pruning/prune.ts'
import { summariesOf } from '../../../src/study/results/summaries.ts'
import { beginStudy } from '../../../src/study/run/begin.ts'
import { scopeOf } from '../../../src/study/search/scope.ts'
import { environment, newOwner } from '../../store/studyFixtures.ts'
import { tinyDataset } from '../../train/tiny.ts'
import { temporaryStores } from '../runs.ts'
import { oneExperiment } from '../studies.ts'

const newStore = temporaryStores()
const dataset = tinyDataset()

/** A training by script: its accuracies, and whether it then fails. Fewer accuracies than epochs: it stops early. */
interface Script {
  readonly accuracies: readonly number[]
  readonly fails: boolean
}

interface Running {
  readonly trial: FullTrial
  epoch: number
  stop?: StopDecision
}

function metrics(epoch: number, accuracy: number): EpochMetrics {
  const scores = { trainLoss: null, trainAccuracy: null, testLoss: null, testAccuracy: null }
  const running = { learningRate: 0.1, runningLoss: 1 - accuracy, runningAccuracy: accuracy, seconds: 1 }
  return { epoch, ...running, ...scores, validationLoss: 1 - accuracy, validationAccuracy: accuracy }
}

/**
 * Runs a study by its scripts in a real store: some workers, each of which does its next thing when `random` chooses
 * it, rules that are asked now and then, and stops that reach a worker some time later.
 *
 * @param random a whole number from 0 below n
 * @returns what the store says of each trial in the end, and the results
 */
async function simulate(
  store: StudyStore,
  study: Study,
  scripts: readonly Script[],
  workers: number,
  random: (n: number) => number,
) {
  const scope = scopeOf(study, undefined)
  const { record } = await beginStudy(study, scope, {
    store,
    dataset,
    fingerprint: 'data',
    // Another study each time, which reuses nothing.
    codeVersion: randomUUID(),
    fork: true,
  })
  const owner = newOwner('me')
  const environmentId = await store.environment(environment)
  const slots: (Running | undefined)[] = Array.from({ length: workers }, () => undefined)
  const ask = async (): Promise<number> => {
    let decisions: ReadonlyMap<number, PruningDecision> = new Map()
    const changed = await store.applyDecisions(record.id, (trials) => {
      decisions = pruningDecisions(study.experiments, scope.allowed, trials)
      return decisions
    })
    for (const running of slots) {
      const decision = decisions.get(running?.trial.position ?? -1)
      if (running !== undefined && decision?.type === 'stop') running.stop = decision
    }
    return changed
  }
  await ask()
  for (let steps = 0; ; steps++) {
    if (steps > 5000) throw new Error('The study does not end.')
    const slot = random(workers)
    const running = slots[slot]
    if (running !== undefined) {
      slots[slot] = await advance(store, running, scripts[running.trial.position], random)
      if (random(3) === 0) await ask()
      continue
    }
    const claim = await store.claim(record.id, owner, environmentId)
    if (claim?.type === 'run') {
      const recorded = completeEpochs(await store.epochs(record.id, claim.trial.position)).length
      const { goal } = claim.trial
      // From its checkpoint, or anew where there is none.
      const epoch = random(2) === 0 ? recorded : 0
      slots[slot] = { trial: claim.trial, epoch: goal !== null && epoch >= goal ? 0 : epoch }
    } else if (slots.every((each) => each === undefined) && (await ask()) === 0) break
  }
  const ends = (await store.trials(record.id)).map(
    ({ status, value, epochs, weightsEpoch, reasonKind, reason, validationAccuracy }) => {
      return { status, value, epochs, weightsEpoch, reasonKind, reason, validationAccuracy }
    },
  )
  const summaries = await summariesOf(store, record.id, study, scope.allowed)
  const results = summaries.flatMap(({ combinations }) =>
    combinations.map(({ seconds, ...result }) => ({
      ...result,
      values: result.values.map(({ seconds: _, ...value }) => value),
    })),
  )
  return { ends, results }

  async function advance(
    { recordEpoch, finish, fail, prune, pause }: StudyStore,
    state: Running,
    script: Script | undefined,
    choose: (n: number) => number,
  ): Promise<Running | undefined> {
    const { position, goal } = state.trial
    const accuracies = script?.accuracies ?? []
    // A stop takes a while to reach the worker, which may end meanwhile.
    if (state.stop !== undefined && choose(2) === 0) {
      const { after, reason } = state.stop
      await prune(record.id, position, owner, { after, reason, seconds: 1 })
      return undefined
    }
    const accuracy = accuracies[state.epoch]
    if (accuracy !== undefined) {
      state.epoch++
      await recordEpoch(record.id, position, owner, metrics(state.epoch, accuracy), state.epoch)
      if (goal !== state.epoch) return state
      await pause(record.id, position, owner, state.epoch)
    } else if (script?.fails === true) {
      await fail(record.id, position, owner, { kind: 'diverged', reason: `trial ${position}`, seconds: 1 })
    } else {
      const epochs = accuracies.length
      const { seconds, epoch, learningRate, runningLoss, runningAccuracy, ...scores } = metrics(
        epochs,
        accuracies.at(-1) ?? 0,
      )
      const result = { scores, epochs, weightsEpoch: epochs, seconds: 1, weightsSha256: 'ab', details: null }
      await finish(record.id, position, owner, result)
    }
    return undefined
  }
}

const epochs = 5
const axes = { l2: [0, 1, 2, 3] }
const median = oneExperiment({
  base: { epochs },
  axes,
  folds: { k: 2 },
  prune: { type: 'median', warmupEpochs: 1, minTrials: 2 },
}).study
const halving = oneExperiment({
  base: { epochs },
  axes,
  folds: { k: 3 },
  search: { type: 'halving', factor: 2 },
}).study

it.each([
  ['median', median, 8],
  ['halving', halving, 12],
] as const)(
  '%s: how every trial ends is a function of scores and failures, not of workers and time',
  async (_, study, trials) => {
    // Few different values, so that there are ties.
    const accuracy = fc.integer({ min: 1, max: 6 }).map((n) => n / 10)
    const whole = fc.array(accuracy, { minLength: epochs, maxLength: epochs })
    const ends = fc.oneof(
      { weight: 5, arbitrary: fc.record({ accuracies: whole, fails: fc.constant(false) }) },
      fc.record({
        accuracies: fc.array(accuracy, { minLength: 1, maxLength: epochs }),
        fails: fc.constant(false),
      }),
      {
        weight: 2,
        arbitrary: fc.record({
          accuracies: fc.array(accuracy, { maxLength: epochs - 1 }),
          fails: fc.constant(true),
        }),
      },
    )
    const scripts = fc.array(ends, { minLength: trials, maxLength: trials })
    const store = await newStore()
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        scripts,
        fc.integer({ min: 2, max: 5 }),
        fc.infiniteStream(fc.nat()),
        async (table, workers, stream) => {
          const random = (n: number): number => stream.next().value % n
          const one = await simulate(store, study, table, 1, (n) => (n === 2 ? 0 : n - 1))
          const other = await simulate(store, study, table, workers, random)
          expect(other).toEqual(one)
          for (const { status } of one.ends) seen.add(status)
        },
      ),
      { numRuns: 6 },
    )
    expect([...seen]).toContain('pruned')
  },
  600_000,
)
