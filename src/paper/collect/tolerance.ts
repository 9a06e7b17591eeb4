import type { ComparisonResult } from '../results.ts'

type Unit = ComparisonResult['unit']
type Judgement = NonNullable<ComparisonResult['asItStands']>

/**
 * How far from the paper's number a result of ours may be and still count as reproduced, where the range of our seeds
 * does not reach it. Half a point of accuracy: at the paper's learning rates one and the same training moves by about
 * a point from seed to seed, and the paper has one seed. Deviations over folds are in units of accuracy and have the
 * same tolerance. A loss of 0.02 is about what half a point of accuracy comes with. A setting is equal or it is not.
 */
export const tolerances: Readonly<Record<Unit, number>> = { accuracy: 0.005, loss: 0.02, setting: 0 }

/**
 * The rule of every verdict: reproduced where the paper's number lies within the range of our seeds, or no further
 * from our mean than the tolerance; otherwise higher or lower, which says where ours lies, not which is better.
 *
 * @param range of trainings that differ in their seed alone; null for one training, or trainings that differ in more
 */
export function judge(
  { unit, paper, ours }: { readonly unit: Unit; readonly paper: number; readonly ours: number },
  range: ComparisonResult['range'],
): Judgement {
  // Sums of decimals, such as 0.862 - 0.857, miss by some 1e-16.
  const close = Math.abs(ours - paper) <= tolerances[unit] + 1e-12
  const within = range !== null && range.low <= paper && paper <= range.high
  return close || within ? 'reproduced' : ours > paper ? 'higher' : 'lower'
}
