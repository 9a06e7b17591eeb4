import type { ClassWarning } from '../../data/classWarnings.ts'
import type { Environment, StudyRecord, TrialStatus } from '../../store/contract.ts'
import type { EpochRecord } from '../../train/events.ts'
import type { Summary } from '../results/results.ts'
import type { TrialSpec } from '../search/expand.ts'

export type StatusCounts = Readonly<Record<TrialStatus, number>>

/** The first event: what there is to do. */
export interface StudyStartEvent {
  readonly type: 'start'
  readonly study: StudyRecord
  /** Whether it was begun before. */
  readonly resumed: boolean
  /** All trials of the study, and those that this run may begin: other numbers here are of these. */
  readonly trials: number
  readonly allowed: number
  /** The experiments asked for; null where nothing was left out. */
  readonly experiments: readonly string[] | null
  readonly counts: StatusCounts
  /** Trials that took over the result of an equal trial just now, of this study or another. */
  readonly reused: number
  /** Trials that a dead process had left running. */
  readonly takenOver: number
  readonly retried: number
  readonly workers: number
  /** What the trials are computed with, with the reason where `auto` took the engine. */
  readonly environment: Environment
  /** Classes that some of the divisions into training and validation rows lack. */
  readonly warnings: readonly ClassWarning[]
}

export interface TrialStartEvent {
  readonly type: 'trial'
  readonly trial: TrialSpec
  readonly worker: number
  /** Epochs that were done before. */
  readonly resumedEpoch: number
}

export interface TrialProgressEvent {
  readonly type: 'trialProgress'
  readonly trial: number
  readonly worker: number
  /** 1 for the first. */
  readonly epoch: number
  readonly epochs: number
  readonly step: number
  readonly steps: number
  readonly loss: number
  readonly accuracy: number
  /** Of this trial, by its pace so far. */
  readonly secondsLeft: number
}

export interface TrialEpochEvent {
  readonly type: 'trialEpoch'
  readonly trial: number
  readonly worker: number
  readonly record: EpochRecord
}

/** A trial has come to an end, or for `paused` to a rung. */
export interface TrialEndEvent {
  readonly type: 'trialEnd'
  readonly trial: TrialSpec
  readonly status: 'done' | 'failed' | 'pruned' | 'paused'
  /** Of the metric that its experiment is judged by. */
  readonly value: number | null
  readonly seconds: number
  /** The study it was taken from; null when it was run. */
  readonly reusedFrom: number | null
  readonly reason: string | null
}

/** The whole study, whenever that has changed. */
export interface StudyProgressEvent {
  readonly type: 'progress'
  readonly counts: StatusCounts
  /** Those that this run may begin. */
  readonly trials: number
  /** An estimate for what this run may begin; null as long as there is nothing to go by. */
  readonly secondsLeft: number | null
}

/** The last event of a run that came to its end. */
export interface StudyDoneEvent {
  readonly type: 'done'
  readonly study: StudyRecord
  readonly counts: StatusCounts
  /** Why trials are left, where some are: a budget, or `experiments` that were not asked for. */
  readonly left: 'nothing' | 'trials' | 'minutes' | 'experiments'
  /** One for each experiment that was asked for. */
  readonly summaries: readonly Summary[]
}

/** The last event when the signal ended the run: running trials wait again. */
export interface StudyInterruptedEvent {
  readonly type: 'interrupted'
  readonly study: StudyRecord
  readonly counts: StatusCounts
}

export type StudyEvent =
  | StudyStartEvent
  | TrialStartEvent
  | TrialProgressEvent
  | TrialEpochEvent
  | TrialEndEvent
  | StudyProgressEvent
  | StudyDoneEvent
  | StudyInterruptedEvent
