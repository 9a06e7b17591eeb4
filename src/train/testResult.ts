import type { Misclassified, Score, TestResult } from './events.ts'
import { confusionOf, recallOf } from './metrics.ts'
import { mostConfident } from './misclassified.ts'
import type { Session } from './session.ts'

/** Score, confusion matrix, recalls and misclassified images of the test images, in one pass. */
export async function testResult(session: Session): Promise<TestResult & { readonly score: Score }> {
  const confusion = confusionOf(session.dataset.classes.length)
  const misclassified: Misclassified[] = []
  const score = await session.score('test', (index, label, predicted, probability) => {
    confusion.add(label, predicted)
    if (label !== predicted) misclassified.push({ index, label, predicted, probability })
  })
  return {
    score,
    confusion: confusion.counts,
    recall: recallOf(confusion.counts),
    mistakes: mostConfident(misclassified),
  }
}
