/**
 * Runs: a run is one training, kept in a folder of its own (`folder.node.ts`). `record.ts` has the schema of its config.json,
 * `result.ts` the contents of its result.json; the recorder writes them while a training runs. Nothing here prints.
 */

import { seconds } from '../base/clock.ts'
import { DivergenceError } from '../base/errors.ts'
import type { FolderLock } from '../base/lock.node.ts'
import { packageVersion } from '../base/version.node.ts'
import type { EngineName } from '../engine/engine.ts'
import { readCheckpoint } from '../train/checkpoint.ts'
import type { TrainingConfig } from '../train/config.ts'
import type {
  EpochRecord,
  MakeCheckpoint,
  StartEvent,
  TrainingEvent,
  TrainingResult,
} from '../train/events.ts'
import type { NamedBytes } from '../train/train.ts'
import { runFiles } from './files.ts'
import { createRun, type RunFolder } from './folder.node.ts'
import { type RunRecord, runLabel } from './record.ts'
import {
  type BegunRun,
  divergedResult,
  historyRow,
  type PaperResult,
  type RunResult,
  runResult,
} from './result.ts'

/** Number of epochs, and number of seconds, after which the next checkpoint is written. */
export interface CheckpointInterval {
  readonly epochs: number
  readonly seconds: number
}

/** What is trained, and into which folder. */
export interface RecordingPlan {
  readonly config: TrainingConfig
  readonly engine: EngineName
  /** Why `auto` took the engine, in this process or the one that began the run. */
  readonly engineChoice?: NonNullable<RunRecord['engineChoice']>
  readonly checkpointEvery: CheckpointInterval
  /** The folder in which the folder of a new run is made. */
  readonly out: string
  /** The run to resume; the caller has locked it. */
  readonly run?: RunFolder
  /** Its checkpoint, unless it was stopped before there was one. */
  readonly resume?: NamedBytes
  readonly initFrom?: NamedBytes
  /** The file that `initFrom` came from first. */
  readonly initFromPath?: string
}

/** What the folder says about the data. It does not hold the data, so that a recorder can outlive them. */
export interface AboutData {
  /** 'fashion-mnist', 'synthetic' or an absolute folder. */
  readonly data: string
  readonly classes: readonly string[]
  readonly fingerprint: string
}

/** Writes the events of a training into the folder of a run. */
export class Recorder {
  private readonly epochs: EpochRecord[]
  private readonly plan: RecordingPlan
  private readonly about: AboutData
  private readonly paperOf: (run: BegunRun) => PaperResult | undefined
  private savedAt = seconds()
  private begun: { readonly folder: RunFolder; readonly run: BegunRun } | undefined
  private finished: RunResult | undefined
  private lock: FolderLock | undefined

  /** @param paperOf what the paper reports for the settings of a run, for its result.json */
  constructor(
    plan: RecordingPlan,
    about: AboutData,
    paperOf: (run: BegunRun) => PaperResult | undefined = () => undefined,
  ) {
    this.plan = plan
    this.about = about
    this.paperOf = paperOf
    const { resume } = plan
    this.epochs = resume === undefined ? [] : [...readCheckpoint(resume.bytes, resume.name).progress.history]
  }

  /** Undefined before the start event: the folder is made once all settings have proved possible. */
  get run(): BegunRun | undefined {
    return this.begun?.run
  }

  /** All complete epochs, those before a resume included. */
  get history(): readonly EpochRecord[] {
    return this.epochs
  }

  /** Undefined until the training is done. */
  get result(): RunResult | undefined {
    return this.finished
  }

  /** @throws OutputError when a file cannot be written; LockedError when another process trains in the folder */
  async take(event: TrainingEvent): Promise<void> {
    if (event.type === 'start') return this.begin(event)
    if (this.begun === undefined) return
    const { folder, run } = this.begun
    switch (event.type) {
      case 'progress':
        if (this.checkpointIsDue()) await this.save(event, folder)
        break
      case 'epoch':
        // The checkpoint first: where every epoch has one, the history tells of no epoch that a resumed training repeats.
        if (this.checkpointIsDue(event.record.epoch)) await this.save(event, folder)
        this.epochs.push(event.record)
        await this.writeHistory(folder)
        break
      case 'improved':
        await folder.writeFile(runFiles.bestWeights, event.weights())
        break
      case 'interrupted':
        await this.save(event, folder)
        break
      case 'done':
        this.finished = runResult(event.result, run, this.paperOf(run))
        await this.saveResult(event.result, this.finished, folder)
    }
  }

  /** Writes the learning curve. */
  async writeCurve({ svg, png }: { readonly svg: string; readonly png: Uint8Array }): Promise<void> {
    await this.begun?.folder.writeFile(runFiles.curveSvg, svg)
    await this.begun?.folder.writeFile(runFiles.curvePng, png)
  }

  /** Writes how a training ended that threw `error`, if it diverged. */
  async fail(error: unknown): Promise<void> {
    if (this.begun === undefined || !(error instanceof DivergenceError)) return
    const { folder, run } = this.begun
    // A second error would hide the first.
    await folder.writeSummary(divergedResult(error, this.epochs.length, run)).catch(() => {})
  }

  /** Unlocks the folder of a new run. */
  async close(): Promise<void> {
    await this.lock?.release()
  }

  /** @param epoch the epoch that is complete, if one is */
  private checkpointIsDue(epoch?: number): boolean {
    const { checkpointEvery, config } = this.plan
    if (seconds() - this.savedAt > checkpointEvery.seconds) return true
    // A finished run can be extended only from its last epoch.
    return epoch !== undefined && (epoch % checkpointEvery.epochs === 0 || epoch === config.epochs)
  }

  private async save(event: { readonly checkpoint: MakeCheckpoint }, folder: RunFolder): Promise<void> {
    await folder.writeCheckpoint(event.checkpoint())
    this.savedAt = seconds()
  }

  private writeHistory(folder: RunFolder): Promise<void> {
    return folder.writeHistory(this.epochs.map(historyRow))
  }

  private async begin(event: StartEvent): Promise<void> {
    const { plan } = this
    const { data, classes, fingerprint } = this.about
    const record: RunRecord = {
      version: packageVersion(),
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
    const folder = plan.run ?? (await this.create(record))
    if (plan.run !== undefined) await this.repair(plan.run, record, event)
    this.begun = { folder, run: { path: folder.path, record, classes, trainRows: event.trainRows } }
  }

  private create(record: RunRecord): Promise<RunFolder> {
    const { out, config, initFrom } = this.plan
    return createRun(out, runLabel(config, record.synthetic), record, async (folder) => {
      this.lock = await folder.lock()
      // Before config.json: a run that can be resumed has the weights that it started from.
      if (initFrom !== undefined) await folder.writeFile(runFiles.initialWeights, initFrom.bytes)
    })
  }

  /**
   * Makes the files of a run agree with its checkpoint: a process that was killed between two files left one of them
   * older or newer. A run without a checkpoint begins again, and has none of these files yet.
   */
  private async repair(folder: RunFolder, record: RunRecord, { resumedBest }: StartEvent): Promise<void> {
    await folder.writeConfig(record)
    if (this.epochs.length > 0) await this.writeHistory(folder)
    else for (const name of [runFiles.history, runFiles.historyTable]) await folder.removeFile(name)
    if (resumedBest === undefined) await folder.removeFile(runFiles.bestWeights)
    else await folder.writeFile(runFiles.bestWeights, resumedBest.weights())
  }

  private async saveResult(result: TrainingResult, summary: RunResult, folder: RunFolder): Promise<void> {
    // The result of fewer epochs, or of an earlier divergence, does not describe these weights.
    await folder.removeFile(runFiles.result)
    await folder.writeWeights(result.weights)
    await this.writeHistory(folder)
    await folder.writeSummary(summary)
  }
}
