/**
 * The benchmarks: `npm run bench -- [options]`.
 *
 *     --only PART,...   kernels, mlp, cnn, scaling, footprint; without it, all
 *     --peers           the trainings also in the frameworks of bench/peers/ that are installed, in turns with ours
 *     --epochs N        epochs measured, after one that is not (7 of the MLP, 5 of the CNN and of scaling)
 *     --threads 1,2     numbers of threads
 *     --data DIR        a folder of IDX files; without it, Fashion-MNIST where the library finds it
 *     --save FILE       writes all results as JSON; parts that were not measured stay as they are in the file
 *
 * `npm run bench:report -- FILE` puts what was saved into the pages under docs/ and README.md.
 */
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import type { Dataset } from '../src/data/dataset.ts'
import { loadDataset } from '../src/data/sources.node.ts'
import { runContest } from './contest.ts'
import { contestTable } from './contestTable.ts'
import { bytesOf, withIdxFolder } from './data.ts'
import { benchFootprint } from './footprint.ts'
import { benchKernels } from './kernels.ts'
import { machine } from './machine.ts'
import { engines, startOurs } from './ours.ts'
import { startPeers } from './peers.ts'
import { type Section, saveSection } from './results.ts'
import { benchScaling } from './scaling/scaling.ts'
import { cnn, mlp, type Work } from './works.ts'

const PARTS = ['kernels', 'mlp', 'cnn', 'scaling', 'footprint']
const FOOTPRINT_RUNS = 7
const SCALING_TURNS = 5

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    peers: { type: 'boolean', default: false },
    epochs: { type: 'string' },
    threads: { type: 'string', default: '1,2' },
    data: { type: 'string' },
    save: { type: 'string' },
  },
})
const asked = values.epochs === undefined ? undefined : Number(values.epochs)
const threadCounts = values.threads.split(',').map(Number)
if (![asked ?? 1, ...threadCounts].every((count) => Number.isInteger(count) && count > 0))
  throw new RangeError('--epochs and --threads take whole numbers from 1 on')
const parts = values.only?.split(',') ?? PARTS
if (!parts.every((part) => PARTS.includes(part))) throw new RangeError(`--only takes ${PARTS.join(', ')}`)
const wants = (part: string): boolean => parts.includes(part)
const { save } = values
if (save !== undefined) await mkdir(dirname(save), { recursive: true })

const measuredOn = machine()
console.log(measuredOn)
if (wants('kernels')) {
  const title = 'Kernels, one thread, medians of 31 runs'
  await report({ id: 'kernels', title, ...(await benchKernels()) })
}
if (parts.some((part) => part !== 'kernels')) {
  const dataset = await loadDataset({ source: 'auto', directory: values.data, offline: true })
  await withIdxFolder(dataset, async (folder) => {
    if (wants('mlp')) await report(await benchTraining(mlp, dataset, folder))
    if (wants('cnn')) await report(await benchTraining(cnn, dataset, folder))
    if (wants('scaling'))
      for await (const part of benchScaling(dataset, threadCounts, asked ?? SCALING_TURNS)) {
        const { title, ...rest } = part
        await report({ ...rest, title: `${title}, ${nameOf(dataset)}` })
      }
    if (!wants('footprint')) return
    const title = `A fresh process, the MLP, medians of ${FOOTPRINT_RUNS} processes, ${describe(dataset)}`
    await report({
      id: 'footprint',
      title,
      ...(await benchFootprint(folder, bytesOf(dataset), FOOTPRINT_RUNS)),
    })
  })
}

/** All engines, and all peers if they are asked for, train in turns. */
async function benchTraining(work: Work, dataset: Dataset, folder: string): Promise<Measured> {
  const measured = asked ?? work.epochs
  const epochs = measured + 1
  const starts = await Promise.all(
    threadCounts.flatMap((threads) =>
      engines.map((engine) => startOurs(work.config, dataset, threads, epochs, engine)),
    ),
  )
  // One number of threads after the other: many frameworks starting at once would be short of memory and patience.
  if (values.peers)
    for (const threads of threadCounts) starts.push(...(await startPeers(work, folder, threads, epochs)))
  const remarks = starts.flatMap((start) =>
    start.contestant === undefined ? [start.reason] : (start.note ?? []),
  )
  const { results, failures } = await runContest(
    starts.flatMap(({ contestant }) => contestant ?? []),
    epochs,
  )
  const notes = [...new Set([...remarks, ...failures])].map((reason) => `- ${reason}`)
  return {
    id: work.id,
    title: `${work.title}, evaluation apart, ${measured} epochs in turns after one to warm up, ${describe(dataset)}`,
    markdown: [contestTable(results), ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n'),
    contest: [...results],
  }
}

/** A part as it was measured, before it is known where and when. */
type Measured = Pick<Section, 'id' | 'title' | 'markdown' | 'contest' | 'values'>

async function report(part: Measured): Promise<void> {
  console.log(`\n${part.title}\n\n${part.markdown}`)
  if (save === undefined) return
  // Where data and results lie on this machine is nobody else's business, and changes nothing.
  const given = process.argv.slice(2).filter((_, i, all) => !isPlace(all[i]) && !isPlace(all[i - 1]))
  const command = ['npm run bench --', ...given].join(' ')
  await saveSection(save, {
    ...part,
    machine: measuredOn,
    date: new Date().toISOString().slice(0, 10),
    command,
  })
}

/** Whether it is an option that is followed by a place. */
function isPlace(argument: string | undefined): boolean {
  return argument === '--save' || argument === '--data'
}

function describe(dataset: Dataset): string {
  return `${dataset.train.count} images of ${nameOf(dataset)}`
}

function nameOf({ name, synthetic }: Dataset): string {
  return `${name}${synthetic ? ' (SYNTHETIC, not Fashion-MNIST)' : ''}`
}
