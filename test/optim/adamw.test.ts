import { describe, expect, it } from 'vitest'
import { adam } from '../../src/optim/adam.ts'
import { adamw } from '../../src/optim/adamw.ts'
import { ENGINES } from '../oracle/agreement.ts'
import { behaves, followsPyTorch, refuses } from './contract.ts'
import { follow } from './steps.ts'

describe.each(ENGINES)('AdamW on the $engine engine', (bounds) => {
  const { engine } = bounds
  followsPyTorch({ adamw: { spec: adamw(0.125, { weightDecay: 0.5 }) } }, bounds)
  behaves(adamw(), bounds)

  it('worked by hand: without gradient a weight loses rate * weightDecay of itself, a bias nothing', () => {
    const course = { start: [1, -8], gradient: () => [], steps: 2 }
    const spec = adamw(0.5, { weightDecay: 0.25 })
    const { values } = follow(engine, spec, course)
    expect(values.map((w) => [...w])).toEqual([
      [0.875, -7],
      [0.765625, -6.125],
    ])
    const bias = follow(engine, spec, { ...course, isWeight: false })
    expect([...(bias.values[1] ?? [])]).toEqual([1, -8])
  })

  it('the decay follows the rate of the step', () => {
    const rate = (step: number) => (step === 0 ? 0.5 : 0.25)
    const spec = adamw(0.5, { weightDecay: 0.5 })
    const { values } = follow(engine, spec, { start: [1], gradient: () => [], steps: 2, rate })
    expect(values.map(([w]) => w)).toEqual([0.75, 0.65625])
  })

  it('without decay it is Adam, bit for bit', () => {
    const course = { start: [1, 2, 3], steps: 5, gradient: (step: number) => [step, -step / 3, 0.1] }
    expect(follow(engine, adamw(0.01, { weightDecay: 0 }), course)).toEqual(
      follow(engine, adam(0.01), course),
    )
  })

  it('decays to nothing without denormals on the way', () => {
    const spec = adamw(0.5, { weightDecay: 0.25 })
    const { values } = follow(engine, spec, { start: [1], gradient: () => [], steps: 700 })
    const path = values.map(([w = Number.NaN]) => Math.fround(w))
    if (engine !== 'reference') expect(path.filter((w) => w !== 0 && w < 2 ** -126)).toEqual([])
    expect(path[699]).toBeLessThan(1e-30)
  })
})

describe('the configuration of AdamW', () => {
  refuses(adamw(), { weightDecay: [-0.01, Number.NaN], beta1: [1], epsilon: [0], l2: [0] })
})
