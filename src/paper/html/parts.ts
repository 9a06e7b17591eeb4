import { label, paramsText, valueText } from '../collect/words.ts'
import { hasRun } from '../figure.ts'
import { meanOf } from '../measurements.ts'
import type { ChoiceResult, PaperCombination, PartResults, RunScores } from '../results.ts'
import { type Html, html } from './html.ts'
import { percent } from './numbers.ts'
import { folded, type Row, table } from './table.ts'

/** The results of a part in numbers, folded: a table of its combinations, or of its epochs. */
export function partHtml(part: PartResults): Html | null {
  if (!hasRun(part)) return null
  if (part.combinations.length > 1) return combinationsHtml(part)
  return epochsHtml(part)
}

function combinationsHtml(part: PartResults): Html {
  const { id, axes, combinations, folds, table: text } = part
  const count = `${id}: all ${combinations.length} combinations`
  const judged = folds === null ? 'Test accuracy' : `Accuracy on ${folds.k} folds`
  const trained = combinations.some((combination) => meanOf(combination, 'trainAccuracy') !== null)
  const several = combinations.some(({ runs }) => runs.length > 1)
  const columns = [
    ...axes.map((axis) => ({ title: label(axis) })),
    { title: judged, number: true },
    ...(several
      ? [
          { title: 'Deviation', number: true },
          { title: 'Range', number: true },
        ]
      : []),
    ...(trained ? [{ title: 'Training accuracy', number: true }] : []),
    { title: 'Rank', number: true },
    { title: 'State' },
  ]
  const score = folds === null ? 'testAccuracy' : 'validationAccuracy'
  const rows = combinations.map((combination): Row => {
    const { params, mean, std, rank } = combination
    return {
      cells: [
        ...axes.map((axis) => valueText(axis, params[axis])),
        percent(mean),
        ...(several ? [percent(std), rangeText(combination, score)] : []),
        ...(trained ? [percent(meanOf(combination, 'trainAccuracy'))] : []),
        rank ?? '–',
        stateText(combination),
      ],
    }
  })
  return html`${folded(count, table(count, columns, rows))}${
    folds !== null && folded(`${id}: as GridSearchCV’s users print it`, html`<pre>${text}</pre>`)
  }`
}

function stateText({ status, reason }: PaperCombination): string {
  const words = { done: 'done', open: 'not run', diverged: 'diverged', failed: 'failed' }
  return reason === null || status === 'done' ? words[status] : `${words[status]}: ${reason}`
}

function rangeText({ runs }: PaperCombination, score: keyof RunScores): string {
  const values = runs.flatMap((run) => run[score] ?? [])
  return values.length < 2 ? '–' : `${percent(Math.min(...values))} to ${percent(Math.max(...values))}`
}

const scores = [
  ['Training accuracy', 'trainAccuracy'],
  ['Test accuracy', 'testAccuracy'],
  ['Training loss', 'trainLoss'],
  ['Test loss', 'testLoss'],
] as const

function epochsHtml({ id, combinations }: PartResults): Html | null {
  const epochs = combinations.flatMap(({ runs }) => runs.flatMap(({ history }) => history))
  const last = Math.max(0, ...epochs.map(({ epoch }) => epoch))
  if (last === 0) return null
  const name = `${id}: accuracy and loss after each epoch`
  const columns = [{ title: 'Epoch' }, ...scores.map(([title]) => ({ title, number: true }))]
  const rows = Array.from({ length: last }, (_, i): Row => {
    const same = epochs.filter(({ epoch }) => epoch === i + 1)
    return { cells: [i + 1, ...scores.map(([, score]) => epochText(same, score))] }
  })
  return folded(name, table(name, columns, rows))
}

/** Mean, and in parentheses the range where there are several seeds. */
function epochText(epochs: readonly RunScores[], score: (typeof scores)[number][1]): string {
  const values = epochs.flatMap((epoch) => epoch[score] ?? [])
  if (values.length === 0) return '–'
  const text = (value: number) => (score.endsWith('Loss') ? value.toFixed(4) : percent(value))
  const mean = text(values.reduce((sum, value) => sum + value / values.length, 0))
  return values.length === 1 ? mean : `${mean} (${text(Math.min(...values))} to ${text(Math.max(...values))})`
}

/** The paper's way of choosing beside an honest one. */
export function choiceHtml({ onTest, honest, cells, says }: ChoiceResult): Html {
  const name = 'The choice on the test set, and the honest choice'
  const rows: Row[] = [
    ...(onTest === null
      ? []
      : [
          {
            cells: [
              'By test accuracy, as the paper chose',
              paramsText(onTest.params),
              '–',
              percent(onTest.testAccuracy),
            ],
          },
        ]),
    ...(honest === null
      ? []
      : [
          {
            cells: [
              `Honest: ${honest.how}`,
              paramsText(honest.params),
              percent(honest.score),
              percent(honest.testAccuracy),
            ],
          },
        ]),
    ...cells.map(({ what, params, testAccuracy }) => ({
      cells: [what, paramsText(params), '–', percent(testAccuracy)],
    })),
  ]
  const columns = [
    { title: 'Choice' },
    { title: 'Settings' },
    { title: 'Held-out score', number: true },
    { title: 'Test accuracy', number: true },
  ]
  return html`<h3>${name}</h3>
<p>${says}</p>
${rows.length > 0 && table(name, columns, rows)}`
}
