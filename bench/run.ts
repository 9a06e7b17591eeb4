/**
 * The benchmarks: `npm run bench -- [options]`.
 *
 *     --only kernels|mlp|cnn|footprint   one of them; without it, all four
 *     --peers                        the trainings also in PyTorch, NumPy, Keras, JAX (bench/peers/), in turns with ours
 *     --epochs N                     epochs measured, after one that is not (7 of the MLP, 5 of the CNN)
 *     --threads 1,2                  numbers of threads
 *     --data DIR                     a folder of IDX files; without it, Fashion-MNIST where the library finds it
 */
import { parseArgs } from 'node:util'
import type { Dataset } from '../src/data/dataset.ts'
import { loadDataset } from '../src/data/sources.node.ts'
import { type Contestant, contestTable, runContest } from './contest.ts'
import { bytesOf, withIdxFolder } from './data.ts'
import { benchFootprint } from './footprint.ts'
import { benchKernels } from './kernels.ts'
import { machine } from './machine.ts'
import { ours } from './ours.ts'
import { startPeers } from './peers.ts'
import { cnn, mlp, type Work } from './works.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    peers: { type: 'boolean', default: false },
    epochs: { type: 'string' },
    threads: { type: 'string', default: '1,2' },
    data: { type: 'string' },
  },
})
const asked = values.epochs === undefined ? undefined : Number(values.epochs)
const threadCounts = values.threads.split(',').map(Number)
if (![asked ?? 1, ...threadCounts].every((count) => Number.isInteger(count) && count > 0))
  throw new RangeError('--epochs and --threads take whole numbers from 1 on')
if (!['kernels', 'mlp', 'cnn', 'footprint', undefined].includes(values.only))
  throw new RangeError('--only takes kernels, mlp, cnn or footprint')

const print = (text: string): void => console.log(text)
const wants = (part: string): boolean => values.only === undefined || values.only === part

print(machine())
if (wants('kernels')) {
  heading('Kernels, one thread, medians of 31 runs')
  await benchKernels(print)
}
if (values.only !== 'kernels') {
  const dataset = await loadDataset({ source: 'auto', directory: values.data, offline: true })
  await withIdxFolder(dataset, async (folder) => {
    if (wants('mlp')) await benchTraining(mlp, dataset, folder)
    if (wants('cnn')) await benchTraining(cnn, dataset, folder)
    if (!wants('footprint')) return
    heading(`A fresh process, one epoch of the MLP, medians of 7 processes, ${describe(dataset)}`)
    await benchFootprint(folder, bytesOf(dataset), 7, print)
  })
}

async function benchTraining(work: Work, dataset: Dataset, folder: string): Promise<void> {
  const measured = asked ?? work.epochs
  const epochs = measured + 1
  const contestants: Contestant[] = threadCounts.map((threads) => ours(work.config, dataset, threads, epochs))
  const absent = new Set<string>()
  if (values.peers) {
    for (const threads of threadCounts) {
      for (const start of await startPeers(work, folder, threads, epochs)) {
        if (start.contestant === undefined) absent.add(start.reason)
        else contestants.push(start.contestant)
      }
    }
  }
  const how = `evaluation apart, ${measured} epochs in turns after one to warm up`
  heading(`${work.title}, ${how}, ${describe(dataset)}`)
  const results = await runContest(contestants, epochs)
  results.sort((a, b) => a.threads - b.threads)
  print(contestTable(results))
  for (const reason of absent) print(reason)
}

function describe({ name, synthetic, train }: Dataset): string {
  return `${train.count} images of ${name}${synthetic ? ' (SYNTHETIC, not Fashion-MNIST)' : ''}`
}

function heading(text: string): void {
  print(`\n${text}\n`)
}
