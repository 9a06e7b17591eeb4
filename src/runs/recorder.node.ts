import { seconds } from '../base/clock.ts'
import { DivergenceError } from '../base/errors.ts'
import type { FolderLock } from '../base/lock.node.ts'
import { createRun, type RunFolder } from './folder.node.ts'
import { readCheckpoint } from '../train/checkpoint.ts'
import type {
  EpochRecord,
  InterruptedEvent,
  MakeCheckpoint,
  StartEvent,
  TrainingEvent,
  TrainingResult,
} from '../train/events.ts'
import { commandLine } from '../cli/shared/commandLine.ts'
import { plural } from '../cli/shared/terminal/format.ts'
import { shortPath, warn, warning } from '../cli/shared/terminal/output.ts'
import { version } from '../cli/shared/version.ts'
import { drawLearningCurve } from '../cli/shared/training/learningCurve.ts'
import type { Plan } from '../cli/commands/train/plan.ts'
import {
  bestWeightsFile,
  historyFiles,
  initialWeightsFile,
  type RunRecord,
  resultFile,
  runLabel,
} from './record.ts'
import { type About, divergedResult, historyRow, type RunResult, runResult } from './result.ts'
import type { TrainingView } from '../cli/shared/training/view.ts'

/** What a run folder says of the data. Not the data: a recorder outlives them. */
interface AboutData {
  /** As for `--data`. */
  readonly data: string
  readonly classes: readonly string[]
  readonly fingerprint: string
}

/** Puts what a training tells into its run folder, and shows it. */
export class Recorder {
  private readonly plan: Plan
  private readonly about: AboutData
  private readonly view: TrainingView
  private readonly history: EpochRecord[]
  private savedAt = seconds()
  private begun: { readonly run: RunFolder; readonly about: About } | undefined
  private result: RunResult | undefined
  private lock: FolderLock | undefined

  constructor(plan: Plan, about: AboutData, view: TrainingView) {
    this.plan = plan
    this.about = about
    this.view = view
    const { resume } = plan
    this.history = resume === undefined ? [] : [...readCheckpoint(resume.bytes, resume.name).progress.history]
  }

  async take(event: TrainingEvent): Promise<void> {
    if (event.type === 'start') {
      this.begun = await this.begin(event)
      this.view.start(event, this.begun.about)
      if (event.warnings.length > 0)
        warning(`Warning: ${event.warnings.map(({ message }) => message).join(' ')}`)
      return
    }
    if (this.begun === undefined) return
    const { run, about } = this.begun
    switch (event.type) {
      case 'progress':
        this.view.progress(event)
        if (this.timeToSave()) await this.save(event, run)
        break
      case 'epoch':
        // The checkpoint first: where every epoch has one, the history tells of no epoch that a resumed training repeats.
        if (this.timeToSave(event.record.epoch)) await this.save(event, run)
        this.history.push(event.record)
        await run.writeHistory(this.history.map(historyRow))
        this.view.epoch(event.record)
        break
      case 'improved':
        await run.writeFile(bestWeightsFile, event.weights())
        this.view.improved(event)
        break
      case 'stopped':
        this.view.stopped(event)
        break
      case 'interrupted':
        await this.save(event, run)
        this.view.interrupted({
          epoch: event.epoch,
          step: event.step,
          run: run.path,
          resume: this.resumeCommand(),
        })
        break
      case 'done':
        this.result = runResult(event.result, about)
        await this.saveResult(event.result, this.result, run)
    }
  }

  /**
   * Draws the learning curve of a training that came to its end, and shows the result. To be called when the training is
   * closed: drawing takes more memory than training does.
   */
  async finish(): Promise<void> {
    const { begun, result } = this
    if (begun === undefined || result === undefined) return
    const { run, about } = begun
    try {
      const { svg, png } = await drawLearningCurve(this.history, about)
      await run.writeFile('curve.svg', svg)
      await run.writeFile('curve.png', png)
    } catch (error) {
      // A figure is no reason to call a finished training failed.
      warning(`The learning curve could not be drawn: ${error instanceof Error ? error.message : error}`)
    }
    this.view.done(result, about)
  }

  /** Lets other processes train in the folder. */
  async close(): Promise<void> {
    await this.lock?.release()
  }

  /** What to tell after an interruption, when all is saved. */
  interruptionText({ epoch, step }: Pick<InterruptedEvent, 'epoch' | 'step'>): string {
    return `Interrupted in epoch ${epoch} after step ${step}. All is saved; to go on:\n  ${this.resumeCommand()}`
  }

  private resumeCommand(): string {
    const path = this.begun?.run.path ?? ''
    return commandLine(['train'], { resume: shortPath(path), ...this.plan.repeat })
  }

  /** After an error in mid-training: notes how it ended, and says what there is. */
  async fail(error: unknown): Promise<void> {
    if (this.begun === undefined) return
    const { run, about } = this.begun
    const epochs = this.history.length
    this.view.stopping()
    if (error instanceof DivergenceError) {
      // The first error is the one to tell about.
      await run.writeSummary(divergedResult(error, epochs, about)).catch(() => {})
      warn(`How it ended is noted in ${shortPath(run.path)}/result.json.`)
    }
    if (epochs > 0) warn(`The first ${plural(epochs, 'epoch')} can be found in ${shortPath(run.path)}.`)
  }

  /** @param epoch the epoch that is complete, if one is */
  private timeToSave(epoch?: number): boolean {
    const { checkpointEvery, config } = this.plan
    if (seconds() - this.savedAt > checkpointEvery.seconds) return true
    // A finished run can be extended only from its last epoch.
    return epoch !== undefined && (epoch % checkpointEvery.epochs === 0 || epoch === config.epochs)
  }

  private async save(event: { readonly checkpoint: MakeCheckpoint }, run: RunFolder): Promise<void> {
    await run.writeCheckpoint(event.checkpoint())
    this.savedAt = seconds()
  }

  /** Makes the run only now that all settings have proved possible, and before the first step is spent on it. */
  private async begin(event: StartEvent): Promise<{ run: RunFolder; about: About }> {
    const { plan } = this
    const { data, classes, fingerprint } = this.about
    const record: RunRecord = {
      version: version(),
      config: plan.config,
      data,
      dataset: event.dataset,
      fingerprint,
      synthetic: event.synthetic,
      engine: plan.engine,
      ...(plan.engineChoice === undefined ? {} : { engineChoice: plan.engineChoice }),
      ...(event.library === undefined ? {} : { library: event.library }),
      threads: event.threads,
      ...(plan.initFromPath === undefined ? {} : { initFrom: plan.initFromPath }),
    }
    const run =
      plan.run ??
      (await createRun(plan.out, runLabel(plan.config, event.synthetic), record, async (folder) => {
        this.lock = await folder.lock()
        // Before config.json: a run that can be resumed has the weights that it started from.
        if (plan.initFrom !== undefined) await folder.writeFile(initialWeightsFile, plan.initFrom.bytes)
      }))
    if (plan.run !== undefined) await this.repair(plan.run, record, event)
    return { run, about: { record, classes, trainRows: event.trainRows, run: run.path } }
  }

  /**
   * Makes the files of a run agree with its checkpoint: a process that was killed between two files left one of them
   * older or newer. A run without a checkpoint begins again, and has none of them yet.
   */
  private async repair(run: RunFolder, record: RunRecord, { resumedBest }: StartEvent): Promise<void> {
    await run.writeConfig(record)
    if (this.history.length > 0) await run.writeHistory(this.history.map(historyRow))
    else for (const name of historyFiles) await run.removeFile(name)
    if (resumedBest === undefined) await run.removeFile(bestWeightsFile)
    else await run.writeFile(bestWeightsFile, resumedBest.weights())
  }

  private async saveResult(result: TrainingResult, summary: RunResult, run: RunFolder): Promise<void> {
    // The result of fewer epochs, or of an earlier divergence, says nothing of these weights.
    await run.removeFile(resultFile)
    await run.writeWeights(result.weights)
    await run.writeHistory(this.history.map(historyRow))
    await run.writeSummary(summary)
  }
}
