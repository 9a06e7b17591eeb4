import type { GradientReport } from '../nn/gradientCheck.ts'
import type { Environment } from '../store/contract.ts'
import type { Choice } from '../study/definition/objective.ts'
import type { Params } from '../study/definition/schema.ts'
import type { Importance } from '../study/results/importance.ts'
import type { ReportMetric } from './published.ts'

/**
 * Everything that a report says, as plain data: written into results.json, drawn in figures and printed in tables.
 * Accuracies are fractions, times are seconds.
 */
export interface ReportResults {
  readonly format: 2
  /** Name of the study. */
  readonly study: string
  /** ISO 8601, UTC: when the last training ended. */
  readonly createdAt: string
  /** Of atelier. */
  readonly version: string
  readonly dataset: ReportDataset
  /** Trained on a fraction of the rows: numbers that are not comparable with published ones. */
  readonly quick: boolean
  /** Seeds of each experiment, if other ones than usual were asked for. */
  readonly seeds: number | null
  readonly engine: string
  /** Repeats it all: "atelier run paper". */
  readonly command: string
  /** Where results are compared with a publication. */
  readonly publication: { readonly title: string; readonly authors: readonly string[] } | null
  /** Whether published numbers stand beside ours: on the publication's own dataset only. */
  readonly compared: boolean
  /** Names of fields. */
  readonly labels: Readonly<Record<string, string>>
  readonly tolerance: { readonly accuracy: number; readonly loss: number }
  /** What the trainings were computed with; several if the study was continued elsewhere. */
  readonly environments: readonly Environment[]
  readonly totals: Totals
  readonly experiments: readonly ExperimentResults[]
  readonly settings: readonly SettingResult[]
  readonly contradictions: readonly ContradictionResult[]
  /** What is different from the publication, and why. */
  readonly remarks: readonly string[]
}

export interface ReportDataset {
  readonly name: string
  readonly synthetic: boolean
  readonly trainRows: number
  readonly testRows: number
  /** Pixels of an image. */
  readonly height: number
  readonly width: number
  readonly classes: readonly string[]
}

export interface Totals {
  /** Different trainings that are done; equal ones count once. */
  readonly trainings: number
  readonly epochs: number
  /** Images trained on, an image counted in every epoch. */
  readonly images: number
  /** Of all trainings together, evaluation included. */
  readonly trainingSeconds: number
}

export interface ExperimentResults {
  readonly id: string
  readonly title: string
  readonly type: 'trainings' | 'images' | 'gradientCheck' | 'refits'
  /** Of the publication. */
  readonly sections: readonly string[]
  /** Figures of the publication that it repeats. */
  readonly figures: readonly number[]
  readonly state: 'done' | 'partial' | 'missing'
  /** What is missing, one sentence each. */
  readonly missing: readonly string[]
  readonly command: string
  readonly parts: readonly PartResults[]
  readonly comparisons: readonly ComparisonResult[]
  readonly choices: readonly ChoiceResult[]
  readonly gradientChecks: readonly GradientCheckResult[]
  readonly secondStages: readonly SecondStageResult[]
  readonly models: readonly RefittedModel[]
}

/** One experiment of the study. */
export interface PartResults {
  readonly id: string
  /** Fields of the configuration that vary. */
  readonly axes: readonly string[]
  /** Fields that all its trainings share, with their values. */
  readonly settings: Params
  readonly seeds: readonly number[]
  readonly folds: { readonly k: number; readonly kind: string } | null
  readonly metric: ReportMetric
  /** Where the scores come from that choose. */
  readonly chosenOn: Choice
  /** How the best was chosen, in a sentence. */
  readonly chosen: string
  /** null if nothing is chosen or nothing is done. */
  readonly best: Params | null
  /** What each axis explains of the score; null for fewer than two axes. */
  readonly importance: Importance | null
  /** In the order of the search. */
  readonly combinations: readonly CombinationScores[]
  /** As text, as users of GridSearchCV print it. */
  readonly table: string
}

/** null: not measured. */
export type RunScores = Readonly<Record<ReportMetric, number | null>>

/** `diverged`: a loss was no longer finite; `failed`: for another reason, or stopped by a rule. */
export type RunStatus = 'done' | 'open' | 'diverged' | 'failed'

export interface CombinationScores {
  readonly params: Params
  readonly status: RunStatus
  readonly reason: string | null
  /** Mean over seeds and folds of what the part is judged by; null unless done. */
  readonly mean: number | null
  readonly std: number | null
  readonly rank: number | null
  readonly runs: readonly RunResults[]
}

export interface RunResults extends RunScores {
  readonly seed: number
  readonly fold: number | null
  readonly status: RunStatus
  readonly seconds: number | null
  /** After each epoch, if the part measures each. */
  readonly history: readonly (RunScores & { readonly epoch: number })[]
}

export type Judgement = 'reproduced' | 'higher' | 'lower'
export type Verdict = Judgement | 'paper contradicts itself' | 'not comparable' | 'not run'
export interface Range {
  readonly low: number
  readonly high: number
}

/** A published number and ours. */
export interface ComparisonResult {
  readonly id: string
  readonly section: string | null
  readonly figure: number | null
  readonly title: string
  readonly unit: 'accuracy' | 'loss' | 'setting'
  readonly published: number
  /** Mean over seeds, or what our search chose; null if not run. A diverged training counts as chance. */
  readonly ours: number | null
  /** Over seeds; null for one value. */
  readonly range: Range | null
  /** Trainings behind it. */
  readonly count: number
  /** Ours less the published number. */
  readonly difference: number | null
  readonly verdict: Verdict
  /** If the publication contradicts itself: the verdict on this number alone. */
  readonly asItStands: Judgement | null
  /** What one has to know to compare the two. */
  readonly note: string | null
  /** Numbers of contradictions. */
  readonly contradictions: readonly number[]
  readonly headline: boolean
}

/** A published number that is no result, and ours. */
export interface SettingResult {
  readonly id: string
  readonly section: string | null
  readonly title: string
  readonly published: number
  /** null if the study has no such thing. */
  readonly ours: number | null
}

/** A way to choose settings, and what its choice reaches. */
export interface ChoiceResult {
  readonly title: string
  readonly part: string
  readonly onTest: boolean
  readonly params: Params
  /** On held-out rows; null if the test set chose. */
  readonly score: number | null
  readonly testAccuracy: number | null
}

/** The best of a search, trained for longer, once more on folds. */
export interface SecondStageResult {
  readonly id: string
  readonly title: string
  readonly search: string
  /** Epochs of each training of the search, and of this stage. */
  readonly searchEpochs: number
  readonly epochs: number
  readonly folds: { readonly k: number; readonly kind: string }
  readonly finalists: readonly Finalist[]
}

export interface Finalist {
  readonly params: Params
  /** In the search. */
  readonly searchRank: number | null
  readonly searchMean: number | null
  readonly searchStd: number | null
  /** Over the folds of the second stage; null unless done. */
  readonly mean: number | null
  readonly std: number | null
  readonly rank: number | null
  readonly chosen: boolean
}

export interface GradientCheckResult {
  readonly model: string
  readonly report: GradientReport
}

/** A model that was refitted on all training rows, with its one look at the test set. */
export interface RefittedModel {
  readonly id: string
  readonly title: string
  readonly params: Params
  readonly testAccuracy: number
  /** counts[i][j]: test images of class i that were taken for class j. */
  readonly confusion: readonly (readonly number[])[]
  /** By class; null for a class without images. */
  readonly recall: readonly (number | null)[]
  /** The most confident wrong predictions, most confident first. */
  readonly misclassified: readonly Misclassified[]
}

export interface Misclassified {
  /** Of the test image in the file. */
  readonly index: number
  readonly label: number
  readonly predicted: number
  readonly probability: number
}

export interface ContradictionResult {
  readonly number: number
  readonly title: string
  readonly experiments: readonly string[]
  readonly claims: readonly {
    readonly where: string
    readonly says: string
    readonly values: readonly number[]
  }[]
  /** What our results show; null if not run. */
  readonly ours: string | null
}
