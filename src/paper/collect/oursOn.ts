import type { Numbers } from './look.ts'
import { gradientText } from './oursOnGradients.ts'
import { activationsText, dropoutText, l2Text, rawPixelsText, widthDepthText } from './oursOnSweeps.ts'
import {
  bestText,
  epochsText,
  firstEpochText,
  foldsText,
  networkSearchText,
  overfitText,
  searchText,
  trainOrTestText,
} from './oursOnTrainings.ts'

/** By number of the contradiction: a sentence from our results, null where they are not there. */
const texts: ReadonlyMap<number, (results: Numbers) => string | null> = new Map([
  [1, networkSearchText],
  [2, epochsText],
  [3, searchText],
  [4, trainOrTestText],
  [5, bestText],
  [6, widthDepthText],
  [7, l2Text],
  [8, rawPixelsText],
  [9, firstEpochText],
  [10, dropoutText],
  [11, gradientText],
  [12, activationsText],
  [13, foldsText],
  [14, overfitText],
])

/** What our results say of a contradiction of the paper; null where what it bears on was not run. */
export function oursOn(number: number, results: Numbers): string | null {
  const text = texts.get(number)?.(results) ?? null
  return text === null || !results.quick ? text : `On a tenth of the rows: ${text}`
}
