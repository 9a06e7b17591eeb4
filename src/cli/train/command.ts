import { AtelierError, CheckpointError, ConfigError } from '../../base/errors.ts'
import { fingerprint } from '../../train/session.ts'
import { trainEvents } from '../../train/train.ts'
import { type OpenedDataset, openDataset } from '../dataset.ts'
import { Exit } from '../failure.ts'
import { readerGone, warn, whenReaderGone } from '../output.ts'
import type { TrainFlags } from './flags.ts'
import { Interruption } from './interruption.ts'
import { JsonView } from './jsonView.ts'
import { type Plan, planTraining } from './plan.ts'
import { readRecord } from './record.ts'
import { Recorder } from './recorder.ts'
import { TextView } from './textView.ts'
import type { TrainingView } from './view.ts'

/** `atelier train`. @throws AtelierError; Exit after an interruption */
export async function runTrain(model: string | undefined, flags: TrainFlags): Promise<void> {
  const quiet = flags.quiet === true
  if (flags.json === true && quiet)
    throw new ConfigError('cannot be combined with --json.', { where: '--quiet' })
  const view = flags.json === true ? new JsonView() : new TextView({ quiet })
  try {
    const plan = await planTraining(model, flags)
    const opened = await openDataset(plan.data, { offline: flags.offline === true, quiet })
    await runPlan(plan, opened, view)
  } catch (error) {
    if (error instanceof AtelierError) view.failed(error.message)
    throw error
  }
}

async function runPlan(plan: Plan, opened: OpenedDataset, view: TrainingView): Promise<void> {
  const { config, engine, threads, resume, initFrom } = plan
  const data = await fingerprint(opened.dataset)
  await refuseOtherData(plan, data)
  const interruption = new Interruption({
    onFirst: () => {
      view.stopping()
      warn('\nFinishing this step, then saving. Ctrl-C again leaves at once.')
    },
  })
  whenReaderGone((exitCode) => interruption.stop(exitCode))
  const recorder = new Recorder(plan, opened, data, view)
  try {
    const events = trainEvents(config, opened.dataset, {
      engine,
      threads,
      signal: interruption.signal,
      ...(resume === undefined ? {} : { resume }),
      ...(initFrom === undefined ? {} : { initFrom }),
    })
    for await (const event of events) {
      await recorder.take(event)
      if (event.type !== 'interrupted') continue
      const { epoch, step } = event
      if (interruption.exitCode !== readerGone)
        warn(
          `Interrupted in epoch ${epoch} after step ${step}. All is saved; to go on:\n  ${recorder.resumeCommand()}`,
        )
      throw new Exit(interruption.exitCode)
    }
  } catch (error) {
    if (!(error instanceof Exit)) await recorder.fail(error)
    throw error
  } finally {
    interruption.end()
  }
}

/** A run without a checkpoint yet has only its record to tell which data it was made with. */
async function refuseOtherData({ run }: Plan, now: string): Promise<void> {
  if (run === undefined) return
  const { fingerprint: saved } = await readRecord(run)
  if (saved !== now)
    throw new CheckpointError('was made with other data.', {
      where: run.path,
      hint: `It was made with ${saved}; now there is ${now}.`,
    })
}
