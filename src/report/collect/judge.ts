import type { ComparisonResult, Judgement, Range, ReportResults } from '../results.ts'

/**
 * The rule of every verdict: reproduced if the published number lies within the range of our seeds, or no further from
 * our mean than the tolerance; otherwise higher or lower, which says where ours lies, not which is better. A setting is
 * equal or it is not.
 *
 * @param range of trainings that differ in their seed alone; null for one training, or trainings that differ in more
 */
export function judge(
  { unit, published, ours }: Pick<ComparisonResult, 'unit' | 'published'> & { readonly ours: number },
  range: Range | null,
  tolerance: ReportResults['tolerance'],
): Judgement {
  const allowed = unit === 'setting' ? 0 : tolerance[unit]
  // Sums of decimals, such as 0.862 - 0.857, miss by some 1e-16.
  const close = Math.abs(ours - published) <= allowed + 1e-12
  const within = range !== null && range.low <= published && published <= range.high
  return close || within ? 'reproduced' : ours > published ? 'higher' : 'lower'
}
