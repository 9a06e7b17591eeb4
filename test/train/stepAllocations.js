// Measures what training steps allocate, in a process of its own (node --expose-gc), on the built package: there
// nothing else runs and nothing has changed the code. Prints, for each round of so many steps, bytes that the heap has
// grown by and how often it was collected.
import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'
import { learningRateAt } from '../../dist/optim/schedule.js'
import { trainingConfig } from '../../dist/train/config.js'
import { Session } from '../../dist/train/session.js'

const { config: input, side, threads, warmUp, steps, rounds } = JSON.parse(process.argv[2])
const BATCHES = 10

let collections = 0
const observer = new PerformanceObserver((list) => {
  collections += list.getEntries().length
})

const config = trainingConfig(input)
const examples = (count) => ({
  images: Uint8Array.from({ length: count * side * side }, (_, i) => (i * 7919) % 256),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  count,
})
const classes = Array.from({ length: 10 }, (_, i) => `class ${i}`)
// The last batch of an epoch is smaller by one row.
const train = examples(BATCHES * config.batchSize - 1)
const dataset = {
  name: 'Noise',
  synthetic: true,
  height: side,
  width: side,
  channels: 1,
  classes,
  train,
  test: examples(8),
}

const session = await Session.open(config, dataset, { threads })
const group = session.threads
const { control, model, order } = group.context
model.initialize(config.seed)
order.data.set(session.parts.train)
const position = { step: 0, stepsPerEpoch: BATCHES, epochs: 100_000, monitored: [] }
group.leader.step.rateAt = (step) => {
  position.step = step
  return learningRateAt(config.schedule, config.optimizer.learningRate, position)
}
control.source = 0
control.rows = train.count

function run(count) {
  for (let done = 0; done < count; done += BATCHES) {
    control.lossSum = 0
    control.correct = 0
    group.train(0, BATCHES)
  }
}

run(warmUp)
const results = []
for (let round = 0; round < rounds; round++) {
  globalThis.gc()
  await new Promise((resolve) => setTimeout(resolve, 10))
  collections = 0
  observer.observe({ entryTypes: ['gc'] })
  const before = getHeapStatistics().used_heap_size
  run(steps)
  const growth = getHeapStatistics().used_heap_size - before
  await new Promise((resolve) => setTimeout(resolve, 10))
  observer.disconnect()
  results.push({ growth, collections })
}
await session.close()
if (control.diverged) throw new Error('The training diverged.')
process.stdout.write(JSON.stringify(results))
