/**
 * Figures in two halves: pure functions from data to a Vega-Lite specification (or, for images, to SVG), and
 * `toSvg` and `toPng`, which draw them. `toPng` needs Node; the rest runs in a browser too.
 */
export { type Confusion, confusionSpec } from './confusion.ts'
export type { Heading } from './frame.ts'
export { type CurvePoint, type LearningCurve, learningCurveSpec, type Series } from './learningCurve.ts'
export { toPng, toSvg } from './render.node.ts'
export { type SampleGrid, type SampleRow, samplesSvg } from './samples.ts'
