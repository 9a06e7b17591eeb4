import { expect } from 'vitest'
import type { PruningDecision, Scores, TrialStatus, TrialWithHistory } from '../../src/store/contract.ts'
import { studyConfig } from '../../src/study/definition/config.ts'
import type { Experiment, Study, StudyInput } from '../../src/study/definition/schema.ts'
import { pruningDecisions } from '../../src/study/pruning/prune.ts'
import { expandStudy, type TrialSpec } from '../../src/study/search/expand.ts'
import type { TrainingInput } from '../../src/train/config.ts'

export const base = {
  model: { type: 'mlp', hidden: [8] },
  optimizer: { type: 'sgd', learningRate: 0.1 },
} as const satisfies TrainingInput

/** A study of one experiment, its trials with it. */
export function oneExperiment(
  input: Omit<Extract<StudyInput, { base: unknown }>, 'name' | 'base'> & {
    readonly base?: Partial<TrainingInput>
  },
): { study: Study; experiment: Experiment; trials: readonly TrialSpec[] } {
  const study = studyConfig({ name: 'test', ...input, base: { ...base, ...input.base } })
  const [experiment] = study.experiments
  if (experiment === undefined) throw new Error('A study without experiments.')
  return { study, experiment, trials: expandStudy(study) }
}

/** A trial with these validation accuracies after its epochs, which has ended unless the status says otherwise. */
export function recordOf(
  index: number,
  accuracies: readonly number[],
  status: TrialStatus = 'done',
): TrialWithHistory {
  const held = (accuracy: number) => ({
    validationLoss: 1 - accuracy,
    validationAccuracy: accuracy,
    testLoss: 1 - accuracy,
    testAccuracy: accuracy,
  })
  const last = accuracies.at(-1) ?? 0
  return {
    ...waitingTrial(index),
    status,
    history: accuracies.map((accuracy, i) => ({
      ...unscored,
      epoch: i + 1,
      learningRate: 0.1,
      runningLoss: 1,
      runningAccuracy: 0,
      seconds: 1,
      ...held(accuracy),
    })),
    ...(status === 'done' ? { trainLoss: 1 - last, trainAccuracy: last, ...held(last) } : {}),
    weightsEpoch: status === 'done' ? accuracies.length : null,
    seconds: accuracies.length,
    reasonKind: status === 'failed' ? 'diverged' : null,
    reason: status === 'failed' ? 'the loss is NaN' : null,
  }
}

const unscored: Scores = {
  trainLoss: null,
  trainAccuracy: null,
  validationLoss: null,
  validationAccuracy: null,
  testLoss: null,
  testAccuracy: null,
}

/** A trial that has not begun. */
export function waitingTrial(position: number): TrialWithHistory {
  return {
    studyId: 1,
    position,
    hash: '',
    experiment: 'test',
    combination: 0,
    params: {},
    fold: null,
    seed: 1,
    goal: null,
    metric: 'validationAccuracy',
    status: 'waiting',
    attempts: 0,
    owner: null,
    heartbeatAt: null,
    startedAt: null,
    endedAt: null,
    epochs: 0,
    weightsEpoch: null,
    value: null,
    seconds: null,
    ...unscored,
    weightsSha256: null,
    reasonKind: null,
    reason: null,
    reusedFrom: null,
    environmentId: null,
    history: [],
  }
}

/**
 * Runs the trials of an experiment epoch by epoch, as the rules decide, in any order. A trial that was told to stop
 * must not be told anything else later.
 *
 * @param curves the accuracy of each trial after each epoch; a shorter one stops early
 * @param choose which of n trials that may train does its next epoch
 */
export function simulate(
  experiment: Experiment,
  trials: readonly TrialSpec[],
  curves: readonly (readonly number[])[],
  choose: (n: number) => number,
): { records: TrialWithHistory[]; decisions: ReadonlyMap<number, PruningDecision> } {
  const reached = trials.map(() => 0)
  const records = () =>
    trials.flatMap(({ index }, i) => {
      const curve = curves[i] ?? []
      const epochs = reached[i] ?? 0
      if (epochs === 0) return []
      return [recordOf(index, curve.slice(0, epochs), epochs === curve.length ? 'done' : 'running')]
    })
  const stops = new Map<number, PruningDecision>()
  for (;;) {
    const known = records()
    const decisions = pruningDecisions([experiment], trials, known)
    for (const [index, stop] of stops) expect(decisions.get(index)).toEqual(stop)
    for (const [index, decision] of decisions) if (decision.type === 'stop') stops.set(index, decision)
    const ready = trials.flatMap(({ index }, i) => {
      const decision = decisions.get(index)
      const length = curves[i]?.length ?? 0
      const limit = decision?.type === 'train' ? Math.min(length, decision.goal ?? length) : 0
      return (reached[i] ?? 0) < limit ? [i] : []
    })
    const chosen = ready[choose(ready.length)]
    if (chosen === undefined) return { records: known, decisions }
    reached[chosen] = (reached[chosen] ?? 0) + 1
  }
}
