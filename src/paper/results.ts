import type { GradientReport } from '../nn/gradientCheck.ts'
import type { Environment } from '../store/contract.ts'
import type { Params } from '../study/definition/schema.ts'
import type { Claim } from './contradictions.ts'
import type { PaperId } from './experiments.ts'

/**
 * Everything that a report of the paper says, as plain data: what is written into its JSON file, drawn in its figures
 * and printed in its tables. Accuracies are shares, times are seconds.
 */
export interface PaperResults {
  readonly format: 1
  /** ISO 8601, UTC. */
  readonly createdAt: string
  /** Of atelier. */
  readonly version: string
  readonly dataset: {
    readonly name: string
    readonly synthetic: boolean
    readonly trainRows: number
    readonly testRows: number
    /** Pixels of an image. */
    readonly height: number
    readonly width: number
    readonly classes: readonly string[]
  }
  /** Only a tenth of the rows was trained on: numbers that nobody should compare with the paper's. */
  readonly quick: boolean
  /** Seeds of each experiment, where other ones than usual were asked for. */
  readonly seeds: number | null
  /** What trained: "simd", or one whose bits differ from it and, with "blas", from machine to machine. */
  readonly engine: string
  /** What repeats it all: "atelier run paper". */
  readonly command: string
  /** What the trainings were computed with; several where the study was continued elsewhere. */
  readonly environments: readonly Environment[]
  readonly totals: Totals
  /** All of them in the paper's order, also those that have not been run. */
  readonly experiments: readonly ExperimentResults[]
  /** Numbers of the paper that are no results, ours beside them; empty on data that is not Fashion-MNIST. */
  readonly settings: readonly SettingResult[]
  readonly contradictions: readonly ContradictionResult[]
  /** Where this study does something else than the paper, and why. */
  readonly differences: readonly string[]
}

export interface Totals {
  /** Different trainings that are done; equal ones count once. */
  readonly trainings: number
  readonly epochs: number
  /** Images trained on, an image counted in every epoch. */
  readonly images: number
  /** Of all trainings together, their evaluation included; with several workers more than passed on the clock. */
  readonly trainingSeconds: number
}

export interface ExperimentResults {
  readonly id: PaperId
  readonly title: string
  readonly sections: readonly string[]
  readonly figures: readonly number[]
  readonly state: 'done' | 'partial' | 'missing'
  /** What is not there yet, one sentence each: "12 of 25 trainings of mlp-0-grid have not been run." */
  readonly missing: readonly string[]
  /** What was done, made from the configuration: one sentence or line each. */
  readonly settings: readonly string[]
  /** "atelier run paper --only l2" */
  readonly command: string
  readonly parts: readonly PartResults[]
  /** Empty on data that is not Fashion-MNIST: there is nothing to compare with. */
  readonly comparisons: readonly ComparisonResult[]
  /** What the paper's way of choosing and an honest one give; null where nothing is chosen. */
  readonly choice: ChoiceResult | null
  /** Of `gradient-check`. */
  readonly gradientChecks: readonly GradientCheckResult[]
  /** Of `best`: the finals between the best of each search, whose winners are refitted. */
  readonly finals: readonly FinalResult[]
  /** Of `best`. */
  readonly models: readonly BestModel[]
}

/** One experiment of the study. */
export interface PartResults {
  readonly id: string
  /** Fields of the configuration that vary, in the order of the axes. */
  readonly axes: readonly string[]
  readonly seeds: readonly number[]
  readonly folds: { readonly k: number; readonly kind: string } | null
  /** Where the scores come from that its choice is made by. */
  readonly chosenOn: 'folds' | 'validation' | 'test' | 'train' | 'none'
  /** "Best: 0.877033 using {...}" of its table; null where nothing is chosen or nothing is done. */
  readonly best: Params | null
  /** In the order of the grid. */
  readonly combinations: readonly PaperCombination[]
  /** As text, as GridSearchCV's users print it. */
  readonly table: string
}

/** Scores of one training, or of one epoch of it; null where it was not measured. */
export interface RunScores {
  readonly trainLoss: number | null
  readonly trainAccuracy: number | null
  readonly validationLoss: number | null
  readonly validationAccuracy: number | null
  readonly testLoss: number | null
  readonly testAccuracy: number | null
  /** Means over the batches of the last epoch, each with the weights of its moment, dropout at work. */
  readonly runningLoss: number | null
  readonly runningAccuracy: number | null
}

export interface PaperCombination {
  readonly params: Params
  /** `diverged`: its weights left what numbers can hold; `failed`: for another reason. */
  readonly status: 'done' | 'open' | 'diverged' | 'failed'
  readonly reason: string | null
  /** Mean over seeds and folds of what the part is judged by, and its rank; null unless done. */
  readonly mean: number | null
  readonly std: number | null
  readonly rank: number | null
  readonly runs: readonly PaperRun[]
}

export interface PaperRun extends RunScores {
  readonly seed: number
  readonly fold: number | null
  readonly status: 'done' | 'open' | 'diverged' | 'failed'
  readonly seconds: number | null
  /** After each epoch, where the part measures each; otherwise empty. */
  readonly history: readonly (RunScores & { readonly epoch: number })[]
}

export type Verdict =
  /** Within the range of our seeds, or closer to their mean than `tolerance`. */
  | 'reproduced'
  | 'higher'
  | 'lower'
  /** The paper says two things: see the contradictions with these numbers. */
  | 'paper contradicts itself'
  /** Trained on a tenth of the rows, or of several trainings that it may be of some are above it and others below. */
  | 'not comparable'
  | 'not run'

/** A number of the paper and ours beside it. */
export interface ComparisonResult {
  /** Place in `published`, such as "cnn/accuracyCurve/accuracy". */
  readonly path: string
  readonly section: string
  readonly figure: number | null
  readonly what: string
  readonly unit: 'accuracy' | 'loss' | 'setting'
  readonly paper: number
  /** Mean over seeds (or what our search chose); null when it was not run. A diverged training counts as chance. */
  readonly ours: number | null
  /** Over seeds; null where there is one value only. */
  readonly range: { readonly low: number; readonly high: number } | null
  /** How many trainings stand behind it. */
  readonly count: number
  /** Ours less the paper's. */
  readonly difference: number | null
  readonly verdict: Verdict
  /** Where the paper contradicts itself: what the verdict were if this number were right; null elsewhere. */
  readonly asItStands: 'reproduced' | 'higher' | 'lower' | null
  /** What one has to know to compare the two: "diverged; a network whose outputs are no numbers predicts one class". */
  readonly note: string | null
  /** Numbers of `contradictions`. */
  readonly contradictions: readonly number[]
  /** One of the few of the first page. */
  readonly headline: boolean
}

/** A number of the paper that is no result (its data, its epochs, the number of a figure) and ours beside it. */
export interface SettingResult {
  /** Place in `published`, such as "unnormalized/epochs". */
  readonly path: string
  readonly section: string
  readonly what: string
  readonly paper: number
  /** null where this study has no such thing. */
  readonly ours: number | null
}

/** The paper chose by test accuracy. What that gives, and what an honest choice gives, for the same networks. */
export interface ChoiceResult {
  readonly onTest: { readonly part: string; readonly params: Params; readonly testAccuracy: number } | null
  readonly honest: {
    /** The final that chose. */
    readonly part: string
    /** Both stages: "the best of 3 finalists on 3 stratified folds after 8 epochs; ..." */
    readonly how: string
    readonly params: Params
    /** On the folds of the final. */
    readonly score: number
    /** The one look at the test set; null where the refit was not run. */
    readonly testAccuracy: number | null
  } | null
  /** Combinations worth a look: the best of all, the best of the paper's batch size, the paper's own choice. */
  readonly cells: readonly { readonly what: string; readonly params: Params; readonly testAccuracy: number }[]
  /** Whether both chose the same settings, and what the difference means, in a sentence or two. */
  readonly says: string
}

/** Searches train for one epoch, chosen models for eight: the best of a search, trained for as long, once more on folds. */
export interface FinalResult {
  /** The part that holds its trainings: "final-mlp" */
  readonly id: string
  readonly title: string
  /** The part whose best they are: "further-folds" */
  readonly search: string
  /** Of each training of the search, and of the final. */
  readonly searchEpochs: number
  readonly epochs: number
  readonly folds: { readonly k: number; readonly kind: string }
  /** In the order of the search; empty where it was never begun. */
  readonly finalists: readonly Finalist[]
  /** What the second stage changed, in a sentence; null while it is not decided. */
  readonly says: string | null
}

export interface Finalist {
  readonly params: Params
  /** In the search; null where the search that is shown has no result of these settings. */
  readonly searchRank: number | null
  readonly searchMean: number | null
  readonly searchStd: number | null
  /** Over the folds of the final; null unless it is done. */
  readonly mean: number | null
  readonly std: number | null
  readonly rank: number | null
  /** Whether it was refitted; no more than one is. */
  readonly chosen: boolean
}

export interface GradientCheckResult {
  /** "Perceptron 784-128-128-10" */
  readonly model: string
  readonly report: GradientReport
}

/** A model that was refitted on all training rows, with its one look at the test set. */
export interface BestModel {
  /** "best-mlp" */
  readonly id: string
  readonly title: string
  readonly params: Params
  readonly testAccuracy: number
  /** counts[i][j]: test images of class i that were taken for class j. Of the first seed. */
  readonly confusion: readonly (readonly number[])[]
  /** By class; null for a class without images. */
  readonly recall: readonly (number | null)[]
  /** The most confident wrong predictions, most confident first. */
  readonly mistakes: readonly Mistake[]
}

export interface Mistake {
  /** Of the test image in the file. */
  readonly index: number
  readonly label: number
  readonly predicted: number
  readonly probability: number
}

/** A contradiction of the paper, and what our results say about it. */
export interface ContradictionResult {
  readonly number: number
  readonly title: string
  readonly experiments: readonly PaperId[]
  readonly claims: readonly Claim[]
  /** What ours show: a sentence with numbers; null where that was not run, or on other data. */
  readonly ours: string | null
}
