import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/engine/create.ts'
import { readTensor, writeTensor } from '../../src/engine/engine.ts'
import { planActivations } from '../../src/nn/layer.ts'
import { type LossOptions, SoftmaxCrossEntropy } from '../../src/nn/loss.ts'
import { numbers, shares } from '../engine/workbench.ts'
import { disagreement, ENGINES } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'

const oracle = fixture('cnn')

interface Batch {
  readonly classes: number
  readonly logits: ArrayLike<number>
  readonly labels: ArrayLike<number>
  readonly options: LossOptions
  readonly training?: boolean
  readonly threads?: number
}

function lossOf(engineName: string, { classes, logits, labels, options, training, threads = 1 }: Batch) {
  const engine = createEngine(engineName)
  const rows = labels.length
  const z = planActivations(engine, rows + 3, classes)
  const loss = new SoftmaxCrossEntropy(engine, z, rows + 3, options)
  engine.commit()
  loss.initialize()
  z.gradient.block.data.fill(1234.5)
  writeTensor(z.value, logits)
  loss.results.labels.data.set(Array.from(labels))
  const parts = shares(rows, threads).filter(({ first, end }) => end > first)
  for (const part of parts) loss.run(part, rows, training)
  const padded = Math.ceil(rows / 4) * 4
  return {
    losses: [...loss.results.losses.data.slice(0, rows)],
    gradient: [...readTensor(z.gradient, rows)],
    padding: [...readTensor(z.gradient, padded).subarray(rows * classes)],
  }
}

describe.each(ENGINES)('label smoothing and class weights on the $engine engine', ({ engine, once }) => {
  it.each(oracle.cases('targets/'))(`agree with PyTorch to ${once}: %s`, (name) => {
    const [, classes = 0] = oracle.tensor(`${name}/z`).shape
    const { losses, gradient } = lossOf(engine, {
      classes,
      logits: oracle.data(`${name}/z`),
      labels: oracle.data(`${name}/labels`),
      options: {
        labelSmoothing: oracle.data(`${name}/smoothing`)[0] ?? 0,
        classWeights: [...oracle.data(`${name}/weights`)],
      },
    })
    expect(disagreement(losses, oracle.data(`${name}/losses`))).toBeLessThan(once)
    expect(disagreement(gradient, oracle.data(`${name}/dz`))).toBeLessThan(once)
  })

  // Logits 0 and log 3: p = 1/4, 3/4. Smoothing 1/2 makes the targets of class 0 3/4, 1/4.
  // loss = 3/4 log 4 + 1/4 log 4/3, dz = (1/4 - 3/4, 3/4 - 1/4); weight 2, two rows.
  it('worked by hand', () => {
    const batch = {
      ...{ classes: 2, logits: [0, Math.log(3), 0, Math.log(3)], labels: [0, 1] },
      options: { labelSmoothing: 0.5, classWeights: [2, 1] },
    }
    const { losses, gradient } = lossOf(engine, batch)
    expect(losses[0]).toBeCloseTo(2 * (0.75 * Math.log(4) + 0.25 * Math.log(4 / 3)), 6)
    // The other row is of class 1: targets 1/4, 3/4 are what the model says, so nothing is to be learned.
    expect(losses[1]).toBeCloseTo(0.25 * Math.log(4) + 0.75 * Math.log(4 / 3), 6)
    expect(disagreement(gradient, [-0.5, 0.5, 0, 0])).toBeLessThan(1e-6)
  })

  const batch = {
    ...{ classes: 13, logits: numbers(7 * 13, 'z', 1), labels: [0, 12, 3, 3, 7, 1, 5] },
    options: { labelSmoothing: 0.1, classWeights: Array.from({ length: 13 }, (_, i) => 0.5 + i / 8) },
  }

  it('act in training only: scores are plain cross-entropy', () => {
    const plain = lossOf(engine, { ...batch, options: {} })
    expect(lossOf(engine, { ...batch, training: false })).toEqual(plain)
    expect(lossOf(engine, batch).losses).not.toEqual(plain.losses)
  })

  it('give the same bits in shares as at once, and gradients of 0 in rows that do not count', () => {
    const whole = lossOf(engine, batch)
    expect(lossOf(engine, { ...batch, threads: 2 })).toEqual(whole)
    expect(new Set(whole.padding)).toEqual(new Set([0]))
  })

  it('weights of 1 change nothing', () => {
    const ones = { classWeights: Array<number>(13).fill(1) }
    expect(lossOf(engine, { ...batch, options: ones })).toEqual(lossOf(engine, { ...batch, options: {} }))
  })
})
