import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/engine/create.ts'
import { readTensor, writeTensor } from '../../src/engine/engine.ts'
import { planActivations } from '../../src/nn/layer.ts'
import { SoftmaxCrossEntropy } from '../../src/nn/loss.ts'
import { disagreement, ENGINES } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'

const oracle = fixture('loss')

function lossOf(engineName: string, logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number) {
  const engine = createEngine(engineName)
  const rows = labels.length
  const z = planActivations(engine, rows + 3, classes)
  const loss = new SoftmaxCrossEntropy(engine, z, rows + 3)
  engine.commit()
  writeTensor(z.value, logits)
  loss.results.labels.data.set(Array.from(labels))
  loss.run({ first: 0, end: rows }, rows)
  return {
    losses: loss.results.losses.data.slice(0, rows),
    predictions: [...loss.results.predictions.data.slice(0, rows)],
    gradient: readTensor(z.gradient, rows),
  }
}

describe.each(ENGINES)('the loss on the $engine engine', ({ engine, once }) => {
  it.each(oracle.cases())(`agrees with PyTorch to ${once}: %s`, (name) => {
    const [, classes = 0] = oracle.tensor(`${name}/z`).shape
    const { losses, gradient } = lossOf(
      engine,
      oracle.data(`${name}/z`),
      oracle.data(`${name}/labels`),
      classes,
    )
    expect(disagreement(losses, oracle.data(`${name}/losses`))).toBeLessThan(once)
    expect(disagreement(gradient, oracle.data(`${name}/dz`))).toBeLessThan(once)
  })

  it('worked by hand: equal logits give every class the same probability', () => {
    // p = (1/2, 1/2), loss = -log 1/2 = 0.693147..., gradient = p - (0, 1) = (1/2, -1/2)
    const { losses, gradient } = lossOf(engine, [3, 3], [1], 2)
    expect(losses[0]).toBeCloseTo(Math.LN2, 6)
    expect([...gradient]).toEqual([0.5, -0.5])
  })

  it('worked by hand: logits 0 and log 3 give 1/4 and 3/4, and the gradient is divided by the rows', () => {
    const { losses, gradient } = lossOf(engine, [0, Math.log(3), 0, Math.log(3)], [0, 1], 2)
    expect(losses[0]).toBeCloseTo(Math.log(4), 6)
    expect(losses[1]).toBeCloseTo(Math.log(4 / 3), 6)
    expect(disagreement(gradient, [-0.375, 0.375, 0.125, -0.125])).toBeLessThan(1e-6)
  })

  it('predicts the largest logit, and the first of equals', () => {
    const logits = [1, 2, 2, 5, 5, 5, -3, -2, -9]
    expect(lossOf(engine, logits, [0, 0, 0], 3).predictions).toEqual([1, 0, 1])
  })
})
