/**
 * Puts a run of the paper into the README: `npx tsx scripts/make-readme-paper.ts [FOLDER]`, where FOLDER is what
 * `atelier run paper` wrote (runs/paper). The table goes between the `paper:summary` comments, the picture to
 * docs/images/paper.png.
 */

import { copyFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withBlocks, wrapped } from '../bench/blocks.ts'
import { table } from '../bench/table.ts'
import { writeFileAtomic } from '../src/base/atomic.node.ts'
import { duration } from '../src/base/format.ts'
import { grouped } from '../src/base/grouped.ts'
import { decimalsOf, differenceText, valueText } from '../src/report/html/numbers.ts'
import type { ComparisonResult, ReportResults } from '../src/report/results.ts'

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const folder = process.argv[2] ?? at('runs/paper')
const results: ReportResults = JSON.parse(await readFile(join(folder, 'results.json'), 'utf8'))
const { dataset, quick, totals, environments, experiments } = results
const open = experiments.filter(({ state }) => state !== 'done').map(({ id }) => id)
if (dataset.synthetic || quick || open.length > 0)
  throw new Error(`Not a whole run on real data: ${open.join(', ') || 'quick, or drawn images'}.`)

const rows = experiments.flatMap(({ title, comparisons }) =>
  comparisons.filter(({ headline }) => headline).map((each) => [`${title}: ${each.title}`, ...numbers(each)]),
)
const [environment] = environments
const note = `${grouped(totals.trainings)} trainings, ${grouped(totals.epochs)} epochs, ${grouped(totals.images)} images: ${duration(totals.trainingSeconds)} of training on one core each (${environment?.cpu ?? ''}, Node ${environment?.node ?? ''}). Range: over seeds or folds. Made by \`${results.command}\` on ${results.createdAt.slice(0, 10)}.`
const picture =
  '![Accuracies of this project beside those of the paper, experiment by experiment](docs/images/paper.png)'
const head = ['', 'ours', 'range', 'paper', 'difference', 'verdict']
const block = [picture, table(head, rows), wrapped(note)].join('\n\n')

await copyFile(join(folder, 'figures/summary.png'), at('docs/images/paper.png'))
const readme = await readFile(at('README.md'), 'utf8')
await writeFileAtomic(at('README.md'), withBlocks(readme, new Map([['summary', block]]), 'paper'))

function numbers(each: ComparisonResult): string[] {
  const { unit, ours, published, range, difference, verdict } = each
  const text = (value: number | null): string => valueText(value, unit, decimalsOf(each))
  return [
    text(ours),
    range === null ? '' : `${text(range.low)} to ${text(range.high)}`,
    text(published),
    differenceText(difference, unit, decimalsOf(each)),
    verdict,
  ]
}
