import { percent, table } from './format.ts'

/** More columns than this do not fit a terminal. */
const mostColumns = 16

/** The confusion matrix as a table with class names and the recall of each class. */
export function confusionText(result: {
  readonly classes: readonly string[]
  readonly confusion: readonly (readonly number[])[]
  readonly recall: readonly (number | null)[]
}): string {
  const { classes, confusion, recall } = result
  const names = classes.map((name, k) => (name === String(k) ? name : `${k} ${name}`))
  const share = (k: number): string => {
    const value = recall[k] ?? null
    return value === null ? 'no images' : percent(value)
  }
  if (classes.length > mostColumns)
    return `Recall of each class on the test images (confusion matrix: result.json)\n${table(
      names.map((name, k) => [name, share(k)]),
    )}`
  const head = ['', ...classes.map((_, k) => String(k)), 'recall']
  const rows = names.map((name, k) => [name, ...(confusion[k] ?? []).map(String), share(k)])
  return `Confusion matrix of the test images (rows: true class, columns: predicted class)\n${table([head, ...rows])}`
}
