// A fresh process for bench/footprint.ts: loads IDX files from a folder, trains with the built package.
// Plain JavaScript, so that no loader of the bench is counted.
import { readFileSync } from 'node:fs'

/**
 * Largest resident memory in bytes. Linux lets a process inherit getrusage's figure from the one that started it, so
 * there its own is read.
 */
function peak() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024
}

console.log(`bare ${peak()}`)

const { trainEvents } = await import('../dist/index.js')
const { loadDataset } = await import('../dist/data/sources.node.js')

const [directory, threads, epochs] = process.argv.slice(2)
const dataset = await loadDataset({ source: 'auto', directory, offline: true })
const config = {
  model: { type: 'mlp', hidden: [128, 128], activation: 'relu' },
  optimizer: { type: 'sgd', learningRate: 0.2 },
  epochs: Number(epochs),
}
let steps = 0
for await (const event of trainEvents(config, dataset, { threads: Number(threads) })) {
  if (event.type === 'progress' && steps++ === 0) console.log('first step')
}
console.log(`peak ${peak()}`)
