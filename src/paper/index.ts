/**
 * The paper: its numbers, its experiments as a study, and their results beside its own.
 *
 * @module atelier/paper
 */
export { collectPaper } from './collect/collect.ts'
export type { PaperInput, PaperStore, StoredStudy } from './collect/input.ts'
export { tolerances } from './collect/tolerance.ts'
export { type Claim, type Contradiction, contradictions } from './contradictions.ts'
export {
  type PaperExperiment,
  type PaperId,
  paperExperiments,
  paperIds,
  selectExperiments,
} from './experiments.ts'
export { figuresOf, type PaperFigure, type PaperImages } from './figures.ts'
export { finalEpochs, finalFolds, finalists, finalsStudy, stages } from './finals.ts'
export { type DrawnFigure, reportHtml } from './html/report.ts'
export { imagesOf } from './images.ts'
export { published } from './published.ts'
export { refitStudy } from './refit.ts'
export type * from './results.ts'
export { type PaperOptions, paperName, paperStudy, partsOf, quickRows } from './study.ts'
export { type Table, tablesOf } from './tables.ts'
export { type Work, workOf } from './work.ts'
export { type WrittenReport, writeReport } from './writeReport.node.ts'
