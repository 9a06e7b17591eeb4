import { dirname } from 'node:path'
import { fingerprint } from '../../../data/fingerprint.ts'
import { Recorder, type RecordingPlan } from '../../../runs/recorder.node.ts'
import type { BegunRun, RunResult } from '../../../runs/result.ts'
import { bestConfig } from '../../../study/results/best.ts'
import type { Summary } from '../../../study/results/results.ts'
import { trainEvents } from '../../../train/train.ts'
import type { OpenedDataset } from '../../shared/dataset.ts'
import type { ChosenEngine } from '../../shared/engine.ts'
import type { Interruption } from '../../shared/interruption.ts'
import { print, printJson } from '../../shared/terminal/output.ts'
import { threadCount } from '../../shared/threads.ts'
import { paperOf } from '../../shared/training/paperValue.ts'
import { finishTraining, recordTraining } from '../../shared/training/recordTraining.ts'
import { TextView } from '../../shared/training/textView.ts'
import type { TrainingView } from '../../shared/training/view.ts'

/** Trains the best configuration of an experiment on all training rows, into a run folder, and evaluates it once on the test set. */
export async function refit(
  summary: Summary,
  opened: OpenedDataset,
  about: {
    readonly store: string
    readonly chosen: ChosenEngine
    readonly json: boolean
    readonly interruption: Interruption
  },
): Promise<void> {
  const best = bestConfig(summary)
  if (best === null) return
  const { experiment, objective } = summary
  if (!about.json) {
    print(`\nRefit of the best of "${experiment}" on all training rows:`)
    print(
      objective.choice === 'test'
        ? 'THE TEST SET CHOSE THESE SETTINGS: its accuracy is no fair measure of this model.'
        : 'The test set had no part in the choice; this is the one look at it.',
    )
    print()
  }
  const threads = threadCount(undefined)
  const plan: RecordingPlan = {
    // Look at the test set once, not after every epoch.
    config: { ...best.refit, evaluate: 'end' },
    ...about.chosen,
    checkpointEvery: { epochs: 1, seconds: 30 },
    out: dirname(about.store),
  }
  const view = about.json ? new RefitJson(experiment) : new TextView({ quiet: false })
  const { data, dataset } = opened
  const recorder = new Recorder(
    plan,
    { data, classes: dataset.classes, fingerprint: await fingerprint(dataset) },
    paperOf,
  )
  const { config, engine } = plan
  const { interruption } = about
  const events = trainEvents(config, dataset, { engine, threads, signal: interruption.signal })
  await recordTraining(events, recorder, view, { interruption })
  await finishTraining(recorder, view)
}

/** JSON: one object, at the end. */
class RefitJson implements TrainingView {
  private readonly experiment: string

  constructor(experiment: string) {
    this.experiment = experiment
  }

  done(result: RunResult, { path: run }: BegunRun): void {
    printJson({ type: 'refit', experiment: this.experiment, ...result, run })
  }

  start(): void {}
  progress(): void {}
  epoch(): void {}
  improved(): void {}
  stopped(): void {}
  stopping(): void {}
  interrupted(): void {}
  failed(): void {}
}
