/**
 * Reports: the results of any study as plain data, figures, tables and one HTML file; beside published numbers with
 * verdicts. `writeReport` needs Node; the rest runs in a browser too.
 *
 * @module atelier/report
 */
export { checkPublished } from './checkPublished.ts'
export { collectReport } from './collect/collect.ts'
export type { ReportInput, ReportStore, Stage, StoredStudy } from './collect/input.ts'
export type { FigureSource, ReportFigure } from './figures/figure.ts'
export { figuresOf } from './figures/figures.ts'
export type { DrawnFigure } from './html/figures.ts'
export { reportHtml } from './html/report.ts'
export { imagesOf, type ReportImages } from './images.ts'
export { outlineOf } from './outline.ts'
export { type Published, type PublishedNumber, publishedSchema } from './published.ts'
export type * from './results.ts'
export { type Table, tablesOf } from './tables.ts'
export { type WrittenReport, writeReport } from './writeReport.node.ts'
