import type { Score, TestResult } from './events.ts'
import { confusionOf, recallOf } from './metrics.ts'
import type { Session } from './session.ts'

/** Scores the test images and looks at each prediction, in one pass. */
export async function testResult(session: Session): Promise<TestResult & { readonly score: Score }> {
  const confusion = confusionOf(session.dataset.classes.length)
  const score = await session.score('test', (_example, label, predicted) => confusion.add(label, predicted))
  return { score, confusion: confusion.counts, recall: recallOf(confusion.counts) }
}
