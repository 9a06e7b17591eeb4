/**
 * What running trainings as a study costs, and what a second worker brings: a grid of the paper's CNN, one epoch each.
 *
 *     npm run build && npx tsx bench/study.ts [options]
 *
 *     --rows N        training images (2000); 60000 with --full
 *     --full          the paper's grid: 25 combinations, 5 folds. Takes ten minutes a round.
 *     --model mlp     the perceptron instead
 *     --workers 1,2   numbers of workers
 *     --rounds N      measured in turns, so often (3)
 *     --data DIR      a folder of IDX files; without it, Fashion-MNIST where the library finds it
 */
import { parseArgs } from 'node:util'
import { loadDataset } from '../src/data/sources.node.ts'
import { machine } from './machine.ts'
import { percent } from './rates.ts'
import { measureTrials, overhead, studyOf, trialsTable } from './trials.ts'

const { values } = parseArgs({
  options: {
    rows: { type: 'string' },
    full: { type: 'boolean', default: false },
    model: { type: 'string', default: 'cnn' },
    workers: { type: 'string', default: '1,2' },
    rounds: { type: 'string', default: '3' },
    data: { type: 'string' },
  },
})
const { model } = values
const rows = Number(values.rows ?? (values.full ? 60_000 : 2000))
const workers = values.workers.split(',').map(Number)
const rounds = Number(values.rounds)
if (![rows, rounds, ...workers].every((count) => Number.isInteger(count) && count > 0))
  throw new RangeError('--rows, --workers and --rounds take whole numbers from 1 on')
if (model !== 'mlp' && model !== 'cnn') throw new RangeError('--model takes mlp or cnn')

const dataset = await loadDataset({ source: 'auto', directory: values.data, offline: true })
console.log(machine())
const real = dataset.synthetic ? ' (SYNTHETIC, not Fashion-MNIST)' : ''
console.log(`\nTrainings of the ${model.toUpperCase()} on ${rows} images of ${dataset.name}${real}\n`)
const costs = await measureTrials(studyOf(model, values.full), dataset, { rows, rounds, workers })
console.log(trialsTable(costs))
const more = overhead(costs)
if (more !== undefined)
  console.log(
    `\nOverhead of a study with one worker: ${percent(more.seconds)} of the time, ${percent(more.cpuSeconds)} of the CPU time`,
  )
