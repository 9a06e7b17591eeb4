/** A study as one writes it in a program or a file. The schemas in `schema.ts` check it. */
import type { AugmentInput } from '../../data/augmentSpec.ts'
import type { LayerInput } from '../../nn/layerSpecs.ts'
import type { ModelInput } from '../../nn/modelSpecs.ts'
import type { OptimizerInput } from '../../optim/optimizerSpecs.ts'
import type { ScheduleInput } from '../../optim/scheduleSpecs.ts'
import type { EarlyStoppingInput, TrainingInput } from '../../train/trainingInput.ts'

/** Plain data, as JSON has it. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined }

/** A value of a field of the configuration. */
export type FieldValue =
  | Json
  | ModelInput
  | LayerInput
  | readonly LayerInput[]
  | OptimizerInput
  | ScheduleInput
  | AugmentInput
  | EarlyStoppingInput

/** T of which everything but its `type` may be left to axes. */
type Open<T> = T extends { readonly type: infer Type }
  ? { readonly type: Type } & Partial<Omit<T, 'type'>>
  : never

/** A training configuration. What axes, ranges or combinations supply may be left out. */
export interface StudyBase extends Partial<Omit<TrainingInput, 'model' | 'optimizer' | 'schedule'>> {
  /** The model: a preset or a list of layers. */
  readonly model?: Open<ModelInput> | undefined
  /** How weights follow their gradients. */
  readonly optimizer?: Open<OptimizerInput> | undefined
  /** How the learning rate changes. Default: constant. */
  readonly schedule?: Open<ScheduleInput> | undefined
}

/** Numbers from `low` to `high`. */
export interface RangeInput {
  /** Finite, below `high`. */
  readonly low: number
  /** Finite. */
  readonly high: number
  /** Equal probability for equal factors; then `low` is above 0. Default: false. */
  readonly log?: boolean | undefined
  /** Whole numbers only, both ends included. Default: false. */
  readonly integer?: boolean | undefined
}

/** By field of the configuration (`optimizer.learningRate`): a list to draw from, or a range of numbers. */
export type RangesInput = Readonly<Record<string, readonly FieldValue[] | RangeInput>>

/** All combinations of the axes. */
export interface GridSearchInput {
  readonly type: 'grid'
}

/** The combinations that are listed, in their order. */
export interface ListSearchInput {
  readonly type: 'list'
  /** At least one; each with a value for the same fields, by their paths. */
  readonly combinations: readonly Readonly<Record<string, FieldValue>>[]
}

/** Combinations drawn at random; all of them differ. */
export interface RandomSearchInput {
  readonly type: 'random'
  /** Combinations to draw, at least 1. */
  readonly trials: number
  /** What they are drawn from. */
  readonly ranges: RangesInput
  /** Decides what is drawn: 0 to 4294967295. Default: 1. */
  readonly seed?: number | undefined
}

/** Successive halving (Jamieson, Talwalkar 2016): all combinations begin, the best of every few go on. */
export interface HalvingSearchInput {
  readonly type: 'halving'
  /** One combination of this many goes on to the next rung; at least 2. Default: 3. */
  readonly factor?: number | undefined
  /** Epochs that every combination is trained for, at least 1. Default: 1. */
  readonly minEpochs?: number | undefined
  /** Draw this many combinations from `ranges`, at least 1. Default: the combinations of the axes. */
  readonly trials?: number | undefined
  /** What combinations are drawn from; belongs to `trials`. */
  readonly ranges?: RangesInput | undefined
  /** Decides what is drawn: 0 to 4294967295; belongs to `trials`. Default: 1. */
  readonly seed?: number | undefined
}

export type SearchInput = 'grid' | GridSearchInput | ListSearchInput | RandomSearchInput | HalvingSearchInput

/** Cross-validation. */
export interface FoldsInput {
  /** Number of folds, at least 2. */
  readonly k: number
  /** Shares of the classes kept, drawn at random, or blocks in the order of the file. Default: stratified. */
  readonly kind?: 'stratified' | 'shuffled' | 'contiguous' | undefined
  /** Decides which row is in which fold: 0 to 4294967295; contiguous folds have none. Default: 1. */
  readonly seed?: number | undefined
}

/** Stops trials that do worse than the median of those before them. */
export interface PruneInput {
  readonly type: 'median'
  /** Epochs in which no trial is stopped, at least 0. Default: 1. */
  readonly warmupEpochs?: number | undefined
  /** A trial is compared with at least this many others, at least 1. Default: 5. */
  readonly minTrials?: number | undefined
}

/** When a study ends before all its trials are done. */
export interface Budget {
  /** Only this many trials, the first ones; at least 1. */
  readonly trials?: number | undefined
  /** No trial begins after this many minutes; above 0. */
  readonly minutes?: number | undefined
}

/** A base configuration, what varies, and how combinations are judged. */
export interface ExperimentInput {
  /** What all trials have in common. */
  readonly base: StudyBase
  /** By field of the configuration (`optimizer.learningRate`): the list of its values. Default: none. */
  readonly axes?: Readonly<Record<string, readonly FieldValue[]>> | undefined
  /** Which combinations are trained. Default: grid. */
  readonly search?: SearchInput | undefined
  /** Cross-validation. Default: none. */
  readonly folds?: FoldsInput | undefined
  /**
   * Where the scores that decide come from. `test` looks at the test set, and every output says so; `none` only
   * compares. Default: the folds, else the validation rows.
   */
  readonly chooseOn?: 'folds' | 'validation' | 'test' | 'none' | undefined
  /** Every combination is trained once for each; 0 to 4294967295. Default: the seed of `base`. */
  readonly seeds?: readonly number[] | undefined
  /** The score that is best when it is largest. Default: validationAccuracy. */
  readonly maximize?: 'trainAccuracy' | 'validationAccuracy' | 'testAccuracy' | undefined
  /** Instead of `maximize`: the score that is best when it is smallest. */
  readonly minimize?: 'trainLoss' | 'validationLoss' | 'testLoss' | undefined
  /** Stop trials early. Default: none is stopped. */
  readonly prune?: PruneInput | undefined
}

/** An experiment of a study that has several. */
export interface NamedExperimentInput extends ExperimentInput {
  /** Different for each: up to 64 letters, digits, dots, underscores and hyphens. */
  readonly id: string
}

interface Frame {
  /** Up to 64 letters, digits, dots, underscores and hyphens. */
  readonly name: string
  /** A folder of IDX files (relative to the study's file), `fashion-mnist` or `synthetic`. */
  readonly data?: string | undefined
  /** When the study ends before all its trials are done. Default: never. */
  readonly budget?: Budget | undefined
}

/** A study of several experiments. */
export interface SeveralExperimentsInput extends Frame {
  /** At least one. */
  readonly experiments: readonly NamedExperimentInput[]
}

/** A study that is one experiment, which then has the study's name. */
export interface OneExperimentInput extends Frame, ExperimentInput {}

/** A study as one writes it: of several experiments, or one experiment with a name. */
export type StudyInput = SeveralExperimentsInput | OneExperimentInput
