/** What a study is: the zod schemas of its file, and the types made from them. */
import * as z from 'zod'
import type { Budget, Json } from './studyInput.ts'

export type * from './studyInput.ts'

/** Values of some fields of a training's configuration, by path: `{ batchSize: 50, 'optimizer.learningRate': 0.1 }`. */
export type Params = Readonly<Record<string, Json>>

const seedSchema = z.int().min(0).max(4294967295)

const rangesSchema = z
  .record(z.string(), z.unknown())
  .describe('By field: a list to draw from, or low and high, with log for equal shares of each factor.')

const searchSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('grid') }),
  z.strictObject({
    type: z.literal('list'),
    combinations: z
      .array(z.record(z.string(), z.unknown()))
      .min(1)
      .describe('Each with a value for the same fields, by their paths.'),
  }),
  z.strictObject({
    type: z.literal('random'),
    trials: z.int().positive().max(1e9).describe('Combinations to draw; all of them differ.'),
    ranges: rangesSchema,
    seed: seedSchema.default(1),
  }),
  z.strictObject({
    type: z.literal('halving'),
    factor: z.int().min(2).default(3).describe('Of so many combinations one goes on to the next rung.'),
    minEpochs: z.int().positive().default(1).describe('Epochs that every combination is given.'),
    trials: z.int().positive().max(1e9).optional().describe('Draw so many combinations from ranges.'),
    ranges: rangesSchema.optional(),
    seed: seedSchema.optional(),
  }),
])

export const foldKinds = ['stratified', 'shuffled', 'contiguous'] as const
export type FoldKind = (typeof foldKinds)[number]

const foldsSchema = z.strictObject({
  k: z.int().min(2).max(100_000).describe('Number of folds, no more than the rows.'),
  kind: z
    .enum(foldKinds)
    .default('stratified')
    .describe('Class shares kept, drawn at random, or blocks in file order.'),
  seed: seedSchema.optional().describe('Decides who is in which fold; contiguous folds have none.'),
})

export const accuracies = ['trainAccuracy', 'validationAccuracy', 'testAccuracy'] as const
export const losses = ['trainLoss', 'validationLoss', 'testLoss'] as const
/** What a trial can be judged by, measured with the weights it ends with. */
export type Metric = (typeof accuracies)[number] | (typeof losses)[number]

const budgetSchema = z
  .strictObject({
    trials: z.int().positive().optional().describe('Only the first so many trials.'),
    minutes: z.number().positive().optional().describe('Begin no trial after so many minutes.'),
  })
  .readonly()

const pruneSchema = z.strictObject({
  type: z.literal('median'),
  warmupEpochs: z.int().min(0).default(1).describe('Epochs in which no trial is stopped.'),
  minTrials: z.int().positive().default(5).describe('Trials to compare with, at least.'),
})
export type MedianRule = Readonly<z.infer<typeof pruneSchema>>

const experimentKeys = {
  base: z
    .record(z.string(), z.unknown())
    .describe('A training configuration; axes may supply what it lacks.'),
  axes: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('By field of the configuration ("optimizer.learningRate"): the list of its values.'),
  search: z
    .union([z.literal('grid'), searchSchema])
    .default('grid')
    .describe('All combinations of the axes, or listed ones, or random ones, or successive halving.'),
  folds: foldsSchema.optional().describe('Cross-validation.'),
  chooseOn: z
    .enum(['folds', 'validation', 'test', 'none'])
    .optional()
    .describe(
      'Where the scores that decide come from. "test" looks at the test set, and every output says so; "none" only compares.',
    ),
  seeds: z.array(seedSchema).min(1).optional().describe('One training of every combination for each.'),
  maximize: z.enum(accuracies).optional(),
  minimize: z.enum(losses).optional(),
  prune: pruneSchema.optional().describe('Stop trials that do worse than the median of those before them.'),
}

const studyKeys = {
  name: z.string().describe('Letters, digits, dots, underscores and hyphens.'),
  data: z
    .string()
    .min(1)
    .optional()
    .describe('A folder of IDX files (relative to this file), "fashion-mnist" or "synthetic".'),
  budget: budgetSchema.optional(),
}

/** A study of several experiments. */
export const studySchema = z.strictObject({
  ...studyKeys,
  experiments: z.array(z.strictObject({ id: z.string(), ...experimentKeys })).min(1),
})

/** A study that is one experiment, which then has the study's name. */
export const inlineStudySchema = z.strictObject({ ...studyKeys, ...experimentKeys })

export type Range = readonly Json[] | NumberRange

export interface NumberRange {
  readonly low: number
  readonly high: number
  /** Equal probability for equal factors: as much between 0.001 and 0.01 as between 0.01 and 0.1. */
  readonly log: boolean
  /** Whole numbers only, `low` and `high` included. */
  readonly integer: boolean
}

export interface RandomDraws {
  readonly trials: number
  readonly ranges: Readonly<Record<string, Range>>
  readonly seed: number
}

export type Search =
  | { readonly type: 'grid' }
  | ListSearch
  | ({ readonly type: 'random' } & RandomDraws)
  | HalvingSearch
  | (HalvingSearch & RandomDraws)

/** The combinations themselves, where they are no product of axes: all have the same fields. */
export interface ListSearch {
  readonly type: 'list'
  readonly combinations: readonly Params[]
}

export interface HalvingSearch {
  readonly type: 'halving'
  readonly factor: number
  readonly minEpochs: number
}

/** Cross-validation of `k` folds; `seed` is 0 for contiguous folds, which draw nothing. */
export interface Folds {
  readonly k: number
  readonly kind: FoldKind
  readonly seed: number
}

/** A base configuration, what varies, and how combinations are judged. */
export interface Experiment {
  readonly id: string
  /** As it was written: defaults are filled in when axes have been applied. */
  readonly base: Readonly<Record<string, Json>>
  readonly axes: Readonly<Record<string, readonly Json[]>>
  readonly search: Search
  readonly folds?: Folds
  /** `none`: combinations are compared, none is called the best. */
  readonly chooseOn?: 'folds' | 'validation' | 'test' | 'none'
  readonly seeds?: readonly number[]
  readonly maximize?: (typeof accuracies)[number]
  readonly minimize?: (typeof losses)[number]
  readonly prune?: MedianRule
}

/** A study that has been checked by `studyConfig`; plain data, and itself a valid study file. */
export interface Study {
  readonly name: string
  readonly data?: string
  readonly budget?: Budget
  readonly experiments: readonly Experiment[]
}
