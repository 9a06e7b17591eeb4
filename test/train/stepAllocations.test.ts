import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { TrainingInput } from '../../src/train/config.ts'

const STEPS = 1000
const script = fileURLToPath(new URL('stepAllocations.js', import.meta.url))

interface Round {
  readonly growth: number
  readonly collections: number
}

async function measure(config: TrainingInput, side: number, threads: number): Promise<Round[]> {
  const task = JSON.stringify({ config, side, threads, warmUp: 2500, steps: STEPS, rounds: 3 })
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, task])
  return JSON.parse(stdout)
}

const small = { type: 'cnn', filters: 8, units: 16 } as const
const variants: Readonly<Record<string, { config: TrainingInput; side?: number; threads?: number }>> = {
  'the 2 x 128 network with momentum': {
    side: 28,
    config: {
      model: { type: 'mlp', hidden: [128, 128] },
      ...{ optimizer: { type: 'sgd', learningRate: 0.001, momentum: 0.9 }, batchSize: 4 },
    },
  },
  'a small CNN with Adam': { config: { model: small, optimizer: { type: 'adam' }, batchSize: 4 } },
  'a small CNN with everything on, two threads': {
    threads: 2,
    config: {
      ...{
        model: { ...small, dropout: 0.25 },
        optimizer: { type: 'adamw', learningRate: 0.001 },
        batchSize: 4,
      },
      ...{ schedule: { type: 'cosine', warmupSteps: 50 }, augment: { shift: 1, flip: true, cutout: 3 } },
      ...{ clipNorm: 0.5, labelSmoothing: 0.1, classWeights: 'balanced', l2: 0.1 },
    },
  },
  "a small 'cnn-best', with padding and batch norm": {
    config: { model: { type: 'cnn-best', widths: [8, 8] }, optimizer: { type: 'rmsprop' }, batchSize: 4 },
  },
}

describe('a training step allocates nothing', () => {
  it.each(Object.entries(variants))('%s', async (_name, { config, side = 12, threads = 1 }) => {
    const rounds = await measure(config, side, threads)
    // Now and then the compiler itself needs room, and a number is boxed where it is handed over: the quietest round
    // counts (100 to 140 bytes, some 200 on a busy machine), and a step may leave 300. A small array or object in each layer would be several times that:
    // so would loops with `of` and [a, b] = [...], which the compilers of Node 24 leave as they are for thousands of steps.
    expect(Math.min(...rounds.map(({ growth }) => growth)) / STEPS).toBeLessThan(300)
    for (const { collections } of rounds) expect(collections).toBeLessThanOrEqual(1)
  })
})
