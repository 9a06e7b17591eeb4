import type { TopLevelSpec } from 'vega-lite'
import { type CurvePoint, curvesSpec } from './curves.ts'
import type { Heading } from './frame.ts'

export type { CurvePoint, Series } from './curves.ts'

export interface LearningCurve extends Heading {
  readonly epochs: readonly CurvePoint[]
  /** An accuracy to compare with, as a fraction: the paper's. */
  readonly reference?: { readonly label: string; readonly value: number }
}

/** Accuracy and loss of one training by epoch, side by side, as a Vega-Lite specification. */
export function learningCurveSpec(curve: LearningCurve): TopLevelSpec {
  return curvesSpec(curve)
}
