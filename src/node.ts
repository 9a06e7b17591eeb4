/**
 * The parts of atelier that need Node: datasets from disk or the network, IDX files, and run folders.
 *
 * @module atelier/node
 */
export { writeFileAtomic } from './base/atomic.node.ts'
export type { Row } from './base/csv.ts'
export {
  describeSources,
  type FileReport,
  type PlaceReport,
  type SourceReport,
} from './data/describe.node.ts'
export type { DownloadProgress } from './data/download.node.ts'
export { type IdxFile, type IdxSummary, inspectIdx, readIdx, writeIdx } from './data/idx.node.ts'
export type { Place } from './data/locate.node.ts'
export type { MirrorSkipped } from './data/mirrors.node.ts'
export { loadDataset, type SourceEvent, type SourceOptions } from './data/sources.node.ts'
export { createRun, openRun, type RunFolder } from './runs/folder.node.ts'
