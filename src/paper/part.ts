import type { Json, StudyInput } from '../study/definition/schema.ts'
import type { PaperId } from './experiments.ts'

type Several = Extract<StudyInput, { readonly experiments: unknown }>
/** An experiment of a study, as one writes it. */
export type WrittenExperiment = Several['experiments'][number]

/** A part of an experiment of the paper: one experiment of the study. */
export interface Part {
  readonly of: PaperId
  readonly id: string
  /** Unless asked for otherwise: three where a curve or a small difference is looked at, one elsewhere. */
  readonly seeds: 1 | 3
  readonly experiment: Omit<WrittenExperiment, 'id' | 'seeds' | 'axes'> & {
    readonly axes?: Readonly<Record<string, readonly Json[]>>
  }
}
