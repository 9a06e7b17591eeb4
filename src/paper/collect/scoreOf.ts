import type { Measure } from '../comparison.ts'
import type { PaperRun } from '../results.ts'

/**
 * The value of a training; null where there is none. One that diverged is right as often as chance: a network whose
 * outputs are no numbers predicts one class for every image. It has no loss.
 */
export function scoreOf(
  run: PaperRun,
  { measure, epoch }: { readonly measure: Measure; readonly epoch: number | null },
  classes: number,
): number | null {
  const scores = epoch === null ? run : run.history.find((each) => each.epoch === epoch)
  if (run.status === 'done') return scores?.[measure] ?? null
  if (run.status !== 'diverged' || measure.endsWith('Loss')) return null
  return (epoch === null ? null : scores?.[measure]) ?? 1 / classes
}
