import type { OutlineExperiment } from '../published.ts'
import type { ChoiceResult } from '../results.ts'
import { bestOf, includes, type Parts, valuesOf, winner } from './values.ts'

/** Ways to choose that an experiment shows side by side; those that are not known yet are left out. */
export function choicesOf({ choices }: OutlineExperiment, parts: Parts, classes: number): ChoiceResult[] {
  return choices.flatMap(({ title, part: id, where, like, refit, onTest }): ChoiceResult[] => {
    const part = parts.get(id)
    const model = like === undefined ? undefined : winner(parts.get(like))
    if (part === undefined || model === null || winner(part) === null) return []
    const wanted = { ...where, ...model?.params }
    const best = bestOf(
      part.combinations.filter(({ params }) => includes(params, wanted)),
      part.metric,
    )
    if (best === null) return []
    const values =
      refit === undefined ? null : valuesOf(parts.get(refit), {}, { metric: 'testAccuracy' }, classes)
    const own = part.metric === 'testAccuracy' ? best.mean : null
    return [
      {
        title,
        part: id,
        onTest,
        params: best.params,
        score: own === null ? best.mean : null,
        testAccuracy: refit === undefined ? own : (values?.mean ?? null),
      },
    ]
  })
}
