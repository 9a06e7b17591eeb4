import { percent } from '../../../base/format.ts'
import { colour } from './colour.ts'
import { fittingTable, table } from './table.ts'
import { terminalWidth } from './width.ts'

/** More columns than this do not fit a terminal. */
const mostColumns = 16

interface Result {
  readonly classes: readonly string[]
  readonly confusion: readonly (readonly number[])[]
  readonly recall: readonly (number | null)[]
}

/**
 * The confusion matrix as a table with class names and the recall of each class. In a terminal that is too narrow for it:
 * the recalls, and what each class was most often mistaken for.
 */
export function confusionText(result: Result, width: number | undefined = terminalWidth()): string {
  const { classes, confusion } = result
  const names = classes.map((name, k) => (name === String(k) ? name : `${k} ${name}`))
  if (classes.length > mostColumns) return recallText(result, names, width)
  const head = ['', ...classes.map((_, k) => String(k)), 'recall']
  const rows = names.map((name, k) => [name, ...(confusion[k] ?? []).map(String), recallCell(result, k)])
  const matrix = fittingTable([head, ...rows], { head: true, width })
  if (matrix === undefined) return recallText(result, names, width)
  return `${title('Confusion matrix of the test images', ' (rows: true class, columns: predicted class)', width)}\n${matrix}`
}

function recallText(result: Result, names: readonly string[], width: number | undefined): string {
  const rows = names.map((name, k) => [name, mostMistaken(result, k, names), recallCell(result, k)])
  const seen = rows.some(([, mistaken]) => mistaken !== '')
  const text = table(
    [['class', 'mistaken for', 'recall'], ...rows].map(([name = '', mistaken = '', recall = '']) =>
      seen ? [name, mistaken, recall] : [name, recall],
    ),
    { left: seen ? 2 : 1, head: true, width },
  )
  return `${title('Recall of each class on the test images', ' (confusion matrix: result.json)', width)}\n${text}`
}

/** The remark goes on a line of its own where both do not fit. */
function title(heading: string, remark: string, width = Number.POSITIVE_INFINITY): string {
  const fits = heading.length + remark.length <= width
  return `${colour('heading', heading)}${fits ? remark : `\n${remark.trim()}`}`
}

function recallCell({ recall }: Result, k: number): string {
  const value = recall[k] ?? null
  return value === null ? 'no images' : percent(value)
}

/** "6 Shirt (120)": the wrong class that most images of class k were put into; empty where there is none. */
function mostMistaken({ confusion }: Result, k: number, names: readonly string[]): string {
  const row = (confusion[k] ?? []).map((count, i) => (i === k ? 0 : count))
  const most = Math.max(0, ...row)
  return most === 0 ? '' : `${names[row.indexOf(most)] ?? ''} (${most})`
}
