import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/base/errors.ts'
import { createEngine } from '../../src/engine/create.ts'
import { readTensor, writeTensor } from '../../src/engine/engine.ts'
import { conv2d } from '../../src/nn/conv2d.ts'
import { dense } from '../../src/nn/dense.ts'
import { dropout } from '../../src/nn/dropout.ts'
import { flatten } from '../../src/nn/flatten.ts'
import { gradientCheck } from '../../src/nn/gradientCheck.ts'
import { planActivations, type StepContext } from '../../src/nn/layer.ts'
import { buildLayer } from '../../src/nn/layers.ts'
import { tanh } from '../../src/nn/tanh.ts'
import { trainingConfig } from '../../src/train/config.ts'
import { numbers, shares } from '../engine/workbench.ts'
import { engineNames } from '../engines.ts'

interface Alone {
  readonly engine?: string
  readonly rate?: number
  readonly rows?: number
  readonly width?: number
  readonly name?: string
  readonly stepContext?: Partial<StepContext>
  readonly threads?: number
  readonly x?: ArrayLike<number>
  readonly dy?: ArrayLike<number>
}

/** A dropout layer by itself: outputs, and input gradients for dy. x and dy are ones unless given. */
function drop(options: Alone): { y: number[]; dx: number[] } {
  const { engine: engineName = 'simd', rate = 0.5, rows = 6, width = 20, name = 'dropout_1' } = options
  const engine = createEngine(engineName)
  const input = planActivations(engine, rows, width)
  const stepContext = { training: true, step: 0, batch: rows, seed: 1, ...options.stepContext }
  const layer = buildLayer(dropout(rate), {
    ...{
      engine,
      name,
      capacity: rows,
      inputShape: [width],
      input,
      inputGradient: input.gradient,
      stepContext,
    },
  })
  engine.commit()
  const ones = new Float64Array(rows * width).fill(1)
  writeTensor(input.value, options.x ?? ones)
  writeTensor(layer.output.gradient, options.dy ?? ones)
  const parts = shares(rows, options.threads ?? 1).filter(({ first, end }) => end > first)
  for (const part of parts) layer.forward(part)
  for (const part of parts) layer.backward(part)
  return { y: [...readTensor(layer.output.value, rows)], dx: [...readTensor(input.gradient, rows)] }
}

describe.each(engineNames)('dropout on the %s engine', (engine) => {
  it('drops a value or scales it by 1 / (1 - rate), and its gradient with it', () => {
    const [x, dy] = [numbers(120, 'x', 1, true), numbers(120, 'dy', 1, true)]
    const { y: mask } = drop({ engine, rate: 0.75 })
    expect(new Set(mask)).toEqual(new Set([0, 4]))
    const { y, dx } = drop({ engine, rate: 0.75, x, dy })
    expect(y).toEqual(mask.map((m, i) => m * (x[i] ?? 0)))
    expect(dx).toEqual(mask.map((m, i) => m * (dy[i] ?? 0)))
  })

  it('of rate 0 drops nothing', () => {
    const [x, dy] = [numbers(120, 'x', 1, true), numbers(120, 'dy', 1, true)]
    expect(drop({ engine, rate: 0, x, dy })).toEqual({ y: [...x], dx: [...dy] })
  })

  it('does nothing in evaluation', () => {
    const x = numbers(120, 'x', 1, true)
    expect(drop({ engine, x, stepContext: { training: false } }).y).toEqual([...x])
  })

  it('draws the same mask again, and another for another step, seed or layer', () => {
    const { y } = drop({ engine })
    expect(drop({ engine }).y).toEqual(y)
    expect(drop({ engine, stepContext: { step: 1 } }).y).not.toEqual(y)
    expect(drop({ engine, stepContext: { seed: 2 } }).y).not.toEqual(y)
    expect(drop({ engine, name: 'dropout_2' }).y).not.toEqual(y)
  })

  it('draws another mask for every row', () => {
    const { y } = drop({ engine, rows: 50 })
    const masks = Array.from({ length: 50 }, (_, m) => y.slice(m * 20, (m + 1) * 20).join())
    expect(new Set(masks).size).toBe(50)
  })

  it('draws the same for any number of threads', () => {
    const whole = drop({ engine, rows: 19, width: 37 })
    for (const threads of [2, 3, 5]) {
      expect(drop({ engine, rows: 19, width: 37, threads })).toEqual(whole)
    }
  })
})

it('both engines draw the same mask', () => {
  const dropped = (engine: string, rate: number, width: number) =>
    drop({ engine, rate, width, stepContext: { step: 3_000_000_000, seed: 4_000_000_000 } }).y.map(
      (y) => y === 0,
    )
  for (const rate of [0.1, 0.5, 1 / 3, 0.999]) {
    for (const width of [1, 3, 16, 17, 40]) {
      expect(dropped('simd', rate, width)).toEqual(dropped('reference', rate, width))
    }
  }
})

// Bounds of 5 standard errors; the numbers are the same at every run.
it.each([0.05, 0.2, 0.5, 0.9])('rate %f drops that share, and the mean stays', (rate) => {
  const n = 100_000
  const { y } = drop({ rate, rows: 100, width: 1000 })
  const share = y.filter((value) => value === 0).length / n
  expect(Math.abs(share - rate)).toBeLessThan(5 * Math.sqrt((rate * (1 - rate)) / n))
  const mean = y.reduce((sum, value) => sum + value, 0) / n
  expect(Math.abs(mean - 1)).toBeLessThan(5 * Math.sqrt(rate / (1 - rate) / n))
})

it('values are dropped independently of their neighbours, above and beside', () => {
  const width = 1000
  const dropped = drop({ rate: 0.5, rows: 100, width }).y.map((value) => (value === 0 ? 1 : -1))
  for (const step of [1, 2, 3, 4, width, 4 * width]) {
    const pairs = dropped.slice(step)
    const correlation = pairs.reduce((sum, value, i) => sum + value * (dropped[i] ?? 0), 0) / pairs.length
    expect(Math.abs(correlation), `${step} apart`).toBeLessThan(5 / Math.sqrt(pairs.length))
  }
})

it('gradients behind dropout agree with central differences to 1e-6', () => {
  const report = gradientCheck(
    {
      inputShape: [5, 5, 1],
      layers: [...[conv2d(3, 3), tanh(), dropout(0.25), flatten(), dense(9), tanh(), dropout(0.5), dense(3)]],
    },
    { inputs: numbers(5 * 25, 'inputs', 1), labels: [0, 1, 2, 1, 0], samples: 'all' },
  )
  expect(report.tensors.map(({ verdict }) => verdict)).toEqual(Array(6).fill('right'))
})

describe('the configuration', () => {
  const parse = (rate: unknown) =>
    trainingConfig({
      model: { type: 'layers', layers: [{ type: 'flatten' }, { type: 'dropout', rate }, dense(10)] },
      optimizer: { type: 'sgd', learningRate: 0.1 },
    })

  it.each([1, 1.5, -0.1, '0.5', Number.NaN])(
    'refuses a rate of %s, saying where and what it must be',
    (rate) => {
      expect(() => parse(rate)).toThrow(ConfigError)
      expect(() => parse(rate)).toThrow(
        /model\.layers\[1\]\.rate: must be a number of at least 0 and below 1/,
      )
    },
  )

  it.each([0, 0.5, 0.999])('takes a rate of %f', (rate) => {
    expect(parse(rate).model).toMatchObject({ layers: [{}, { type: 'dropout', rate }, {}] })
  })
})
