/**
 * Puts saved benchmark results into the documents: `npm run bench:report -- [FILE]`, without FILE bench/results/latest.json.
 *
 * Tables go between the `bench:` comments of the pages that `pages` lists, the chart to docs/images/speed.svg.
 * To measure all anew: `npm run bench -- --peers --save bench/results/latest.json`.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { writeFileAtomic } from '../src/base/atomic.node.ts'
import { toSvg } from '../src/plot/render.node.ts'
import { withBlocks } from './blocks.ts'
import { speedSpec } from './chart.ts'
import { contestsOf, pages, sectionBlock, summaryNote, summaryTable } from './reportBlocks.ts'
import { readResults } from './results.ts'

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url))
const results = await readResults(process.argv[2] ?? at('bench/results/latest.json'))

const blocks = new Map(results.sections.map((section) => [section.id, sectionBlock(section)]))
const contests = contestsOf(results)
if (contests.length > 0) {
  const threads = Math.max(...contests.flatMap((contest) => contest.results.map((each) => each.threads)))
  const measured = results.sections.find(({ contest }) => contest !== undefined)?.machine ?? ''
  const spec = speedSpec(contests, threads, measured)
  await mkdir(at('docs/images'), { recursive: true })
  await writeFileAtomic(at('docs/images/speed.svg'), await toSvg(spec))
  const picture = `![${spec.description ?? ''}](docs/images/speed.svg)`
  blocks.set('summary', [picture, summaryTable(contests), summaryNote(results)].join('\n\n'))
}
for (const file of pages) {
  const before = await readFile(at(file), 'utf8')
  const after = withBlocks(before, blocks)
  if (after !== before) await writeFileAtomic(at(file), after)
  console.log(`${file}: ${after === before ? 'nothing new' : 'written'}`)
}
