/**
 * Runs a study on tiny data in a process of its own, with the built package, and says on stdout what happens: one JSON
 * object a line. It begins when its stdin ends. Arguments: a file with { study, dataset }, the store, the number of
 * workers, seconds after which a silent process counts as dead.
 */
import { readFileSync, writeSync } from 'node:fs'
import { openStudyStore } from '../../dist/store/studyStore.node.js'
import { studyConfig } from '../../dist/study/definition/config.js'
import { formatTable } from '../../dist/study/results/table.js'
import { runStudy } from '../../dist/study/run/executor.node.js'

const [, , input, place, workers, staleSeconds] = process.argv
const { study, dataset } = JSON.parse(readFileSync(input, 'utf8'))
const examples = ({ images, labels, count }) => ({
  images: Uint8Array.from(Buffer.from(images, 'base64')),
  labels: Uint8Array.from(Buffer.from(labels, 'base64')),
  count,
})
// At once, also when the process is killed right after.
const tell = (line) => writeSync(1, `${JSON.stringify(line)}\n`)

tell({ type: 'up' })
for await (const _ of process.stdin);
const store = await openStudyStore(place)
const events = runStudy(studyConfig(study), {
  dataset: { ...dataset, train: examples(dataset.train), test: examples(dataset.test) },
  store,
  workers: Number(workers),
  staleSeconds: Number(staleSeconds),
  codeVersion: 'test',
})
for await (const event of events) {
  if (event.type === 'trial') tell({ type: 'trial', index: event.trial.index })
  if (event.type === 'trialEnd') tell({ type: 'trialEnd', index: event.trial.index, status: event.status })
  if (event.type === 'done') {
    const tables = event.summaries.map((summary) => formatTable({ ...summary, saving: null }))
    tell({ type: 'done', counts: event.counts, table: tables.join('\n') })
  }
}
await store.close()
