import { AtelierError, CheckpointError, ConfigError } from '../../../base/errors.ts'
import { collectGarbage } from '../../../data/collect.node.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { fingerprint, matchFingerprint } from '../../../data/fingerprint.ts'
import { readRecord } from '../../../runs/record.ts'
import { Recorder } from '../../../runs/recorder.node.ts'
import { trainEvents } from '../../../train/train.ts'
import { openDataset, sampledWarning } from '../../shared/dataset.ts'
import { Interruption } from '../../shared/interruption.ts'
import { warn, warning, whenReaderGone } from '../../shared/terminal/output.ts'
import { paperOf } from '../../shared/training/paperValue.ts'
import { finishTraining, recordTraining } from '../../shared/training/recordTraining.ts'
import { TextView } from '../../shared/training/textView.ts'
import type { TrainingView } from '../../shared/training/view.ts'
import type { TrainFlags } from './flags.ts'
import { planFresh } from './fresh.ts'
import { JsonView } from './jsonView.ts'
import type { Plan } from './plan.ts'
import { planResumed } from './resume.ts'

/** `atelier train`. @throws AtelierError; Exit after an interruption */
export async function runTrain(model: string | undefined, flags: TrainFlags): Promise<void> {
  const quiet = flags.quiet === true
  if (flags.json === true && quiet)
    throw new ConfigError('cannot be combined with --json.', { where: '--quiet' })
  const view = flags.json === true ? new JsonView() : new TextView({ quiet })
  try {
    const plan = await (flags.resume === undefined
      ? planFresh(model, flags)
      : planResumed(flags.resume, model, flags))
    try {
      const recorder = await runPlan(plan, flags, view)
      // Nothing refers to the data any more: free their memory before a figure is drawn.
      collectGarbage()
      await finishTraining(recorder, view)
    } finally {
      await plan.lock?.release()
    }
  } catch (error) {
    if (error instanceof AtelierError) view.failed(error.message)
    throw error
  }
}

/** Loads the data and trains on them. The recorder it returns does not refer to the data. */
async function runPlan(plan: Plan, { offline, quiet }: TrainFlags, view: TrainingView): Promise<Recorder> {
  const { config, engine, threads, resume, initFrom } = plan
  const { data, dataset } = await openDataset(plan.data, { offline: offline === true, quiet: quiet === true })
  const contents = await fingerprint(dataset)
  await refuseOtherData(plan, dataset)
  const interruption = new Interruption({
    onFirst: () => {
      view.stopping()
      warn('\nFinishing this step, then saving. Ctrl-C again leaves at once.')
    },
  })
  whenReaderGone((exitCode) => interruption.stop(exitCode))
  const recorder = new Recorder(plan, { data, classes: dataset.classes, fingerprint: contents }, paperOf)
  try {
    const events = trainEvents(config, dataset, {
      engine,
      threads,
      signal: interruption.signal,
      ...(resume === undefined ? {} : { resume }),
      ...(initFrom === undefined ? {} : { initFrom }),
    })
    await recordTraining(events, recorder, view, { interruption, repeat: plan.repeat })
    return recorder
  } finally {
    interruption.end()
  }
}

/** For a run without a checkpoint, which would name its data too. @throws CheckpointError */
async function refuseOtherData({ run }: Plan, dataset: Dataset): Promise<void> {
  if (run === undefined) return
  const { fingerprint: saved } = await readRecord(run)
  const match = await matchFingerprint(saved, dataset)
  if (match === 'sampled') warning(sampledWarning(run.path))
  if (match === 'other')
    throw new CheckpointError('was made with other data.', {
      where: run.path,
      hint: `It was made with ${saved}; now there is ${await fingerprint(dataset)}.`,
    })
}
