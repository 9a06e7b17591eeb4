/**
 * Figures in two halves: pure functions from data to a Vega-Lite specification (or, for images, to SVG), and
 * `toSvg` and `toPng`, which draw them. A specification's `description` is its alt text. `toPng` and
 * `embedFonts` need Node; the rest runs in a browser too.
 *
 * @module atelier/plot
 */
export { type Compared, type Comparison, comparisonSpec } from './comparison.ts'
export { type Confusion, confusionSpec } from './confusion.ts'
export { type CurvePoint, type Curves, curvesSpec, type Series } from './curves.ts'
export { embedFonts } from './fonts.node.ts'
export type { Heading } from './frame.ts'
export { type Grid, type GridCell, gridSpec } from './grid.ts'
export type { ImageSize } from './imageFigure.ts'
export { type ImportanceFigure, type ImportanceRow, importanceSpec } from './importance.ts'
export { type LearningCurve, learningCurveSpec } from './learningCurve.ts'
export type { Measure, Setting } from './measure.ts'
export { type Parallel, type ParallelAxis, type ParallelLine, parallelSpec } from './parallel.ts'
export { type SvgOptions, toPng, toSvg } from './render.node.ts'
export { type SampleGrid, type SampleRow, samplesSvg } from './samples.ts'
export { suggestedScale, type XScale } from './settingScale.ts'
export type { Measurement, Runs } from './spread.ts'
export { type Panels, panelsSpec, type Sweep, type SweepPanel, sweepSpec } from './sweep.ts'
export { type Tile, type Tiles, tilesSvg } from './tiles.ts'
