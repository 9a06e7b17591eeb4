import { expect, it } from 'vitest'
import { buildOptimizer } from '../../src/optim/optimizers.ts'
import { type OptimizerSpec, optimizerSchema } from '../../src/optim/specs.ts'
import { type Bounds, disagreement } from '../oracle/agreement.ts'
import { fixture } from '../oracle/fixtures.ts'
import { fixtureCourse, follow } from './steps.ts'

const isNormal = (value: number): boolean => value === 0 || Math.abs(value) >= 2 ** -126

/** Tests: 1 and 10 steps of each named fixture, for every size of parameter. */
export function followsPyTorch(
  cases: Readonly<Record<string, { readonly spec: OptimizerSpec; readonly decay?: number }>>,
  { engine, once, steps }: Bounds,
): void {
  const oracle = fixture('optimizers')
  const runs = Object.entries(cases).flatMap(([name, { spec, decay = 0 }]) =>
    oracle.cases(`${name}/`).map((from) => ({ from, spec, decay, size: from.slice(name.length + 1) })),
  )
  it.each(runs)(`$from agrees with PyTorch to ${once}, after 10 steps to ${steps}`, (run) => {
    const { from, spec, decay, size } = run
    const { values } = follow(engine, spec, { ...fixtureCourse(oracle, size), decay })
    expect(disagreement(values[0] ?? [], oracle.data(`${from}/first`))).toBeLessThan(once)
    expect(disagreement(values[9] ?? [], oracle.data(`${from}/last`))).toBeLessThan(steps)
  })
}

/** Tests that every optimizer has to pass; `rate` is what suits it on the way into a valley. */
export function behaves(
  spec: OptimizerSpec,
  { engine }: Bounds,
  rate = (step: number): number => 0.2 / (1 + step / 50),
): void {
  const oracle = fixture('optimizers')

  it('has the same bits however the rows are dealt out', () => {
    const course = fixtureCourse(oracle, '17x10')
    const whole = follow(engine, spec, { ...course, decay: 0.25 })
    const dealt = follow(engine, spec, { ...course, decay: 0.25, threads: 3 })
    expect(dealt).toEqual(whole)
  })

  it('a parameter without gradient stays where it is', () => {
    const { values } = follow(engine, spec, {
      start: [0.5, -3],
      gradient: () => [],
      steps: 3,
      isWeight: false,
    })
    expect([...(values[2] ?? [])]).toEqual([0.5, -3])
  })

  it('2000 steps without gradient, after one, leave no denormals, and L2 leaves none in the weights', () => {
    const first = [1, -1e-10, 1e-18, 1e-20, -1e-25, 1e10, 3, 1e-7]
    const start = [1, 1, 1, 0, 0, 1, 1e-20, 1e-6]
    for (const decay of [0, 0.125]) {
      const gradient = (step: number) => (step === 0 ? first : [])
      const { values, slots } = follow(engine, spec, { start, gradient, steps: 2000, decay })
      const all = [...slots.flat(), ...(values[1999] ?? [])].map(Math.fround)
      expect(all).toHaveLength(8 * (1 + buildOptimizer(spec).slots.length))
      if (engine !== 'reference') expect(all.filter((value) => !isNormal(value))).toEqual([])
      expect(all.every(Number.isFinite)).toBe(true)
    }
  })

  it('finds the bottom of a valley', () => {
    const gradient = (_step: number, at: ArrayLike<number>) => [at[0] ?? 0, 10 * ((at[1] ?? 0) - 3)]
    const { values } = follow(engine, spec, { start: [2, -2], gradient, steps: 800, rate, isWeight: false })
    expect(values[799]?.[0]).toBeCloseTo(0, 1)
    expect(values[799]?.[1]).toBeCloseTo(3, 1)
  })
}

/** Tests that a type's defaults are filled in and each of these is refused. */
export function refuses(spec: OptimizerSpec, wrong: Readonly<Record<string, readonly unknown[]>>): void {
  it('has the defaults that its maker has', () => {
    expect(optimizerSchema.parse({ type: spec.type })).toEqual(spec)
  })

  const cases = Object.entries(wrong).flatMap(([key, values]) => values.map((value) => ({ key, value })))
  it.each(cases)('refuses $key $value', ({ key, value }) => {
    expect(optimizerSchema.safeParse({ ...spec, [key]: value }).success).toBe(false)
  })
}
