import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { runInThisContext } from 'node:vm'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import { readTensor } from '../../src/engine/engine.ts'
import * as library from '../../src/index.ts'
import { dense } from '../../src/nn/dense.ts'
import { relu } from '../../src/nn/relu.ts'
import { network } from '../nn/network.ts'
import { evaluate, type Values } from './arithmetic.ts'

type Parameters = Readonly<Record<string, readonly number[]>>

const start: Parameters = {
  'dense_1.weight': [1, -1, 2, 0],
  'dense_1.bias': [0, 0.5],
  'dense_2.weight': [1, 0, 6, 4],
  'dense_2.bias': [-2, 3],
}
const short = { W1: 'dense_1.weight', b1: 'dense_1.bias', W2: 'dense_2.weight', b2: 'dense_2.bias' }
const rate = 0.1

let page = ''
beforeAll(async () => {
  page = await readFile(new URL('../../docs/learn.md', import.meta.url), 'utf8')
})

/** The text of the page from one heading up to the next one named. */
function between(first: string, end: string): string {
  const [from, to] = [page.indexOf(`\n## ${first}\n`), page.indexOf(`\n## ${end}\n`)]
  if (from < 0 || to < from) throw new Error(`The page has no section "${first}" in front of "${end}".`)
  return page.slice(from, to)
}

/** The name of element `index` of a matrix of two columns, or of a vector. */
const element = (name: string, index: number, matrix: boolean): string =>
  matrix ? `${name}[${Math.floor(index / 2)},${index % 2}]` : `${name}[${index}]`

/** All that the reference engine computes for some rows, under the names of the page. */
function computed(parameters: Parameters, inputs: readonly number[], labels: readonly number[]) {
  const spec = { inputShape: [2], layers: [dense(2), relu(), dense(2)] }
  const { model, pass, gradient } = network('reference', spec, 4, parameters, { keepOutputs: true })
  const values = new Map([['loss', pass(inputs, labels)]])
  const gradients = new Map<string, number>()
  const several = labels.length > 1
  for (const [index, name] of ['a', 'h', 'z'].entries()) {
    const output = model.layers[index]?.output
    if (output === undefined) throw new Error(`The model has no layer ${index}.`)
    for (const [i, value] of readTensor(output.value, labels.length).entries())
      values.set(element(name, i, several), value)
    for (const [i, value] of readTensor(output.gradient, labels.length).entries())
      gradients.set(element(`d${name}`, i, several), value)
  }
  for (const [name, long] of Object.entries(short))
    for (const [i, value] of gradient(long).entries())
      gradients.set(element(`d${name}`, i, long.endsWith('weight')), value)
  // p = dz rows + onehot, because dz = (p - onehot) / rows.
  for (const [i, name] of labels.flatMap((_, m) => [0, 1].map((n) => [m, n])).entries()) {
    const [m = 0, n = 0] = name
    const dz = gradients.get(element('dz', i, several)) ?? Number.NaN
    values.set(element('p', i, several), dz * labels.length + (labels[m] === n ? 1 : 0))
  }
  return { values, gradients, gradient }
}

/** Fails unless all sides of every equation agree to the printed digits, and every value of `names` has an equation. */
function checkEquations(text: string, values: Values, names: Iterable<string>): void {
  const lines = [...text.matchAll(/^ {4}(\S.* = .*)$/gm)].map(([, line = '']) => line)
  for (const line of lines) {
    const [name = '', ...sides] = line.split(' = ')
    for (const side of sides) {
      const error = Math.abs(evaluate(side) - evaluate(name, values))
      // Factors are rounded to four digits, too.
      expect(error, line).toBeLessThan(1.5e-4)
    }
    const last = sides.at(-1) ?? ''
    const value = evaluate(name, values)
    expect(last, line).toBe(`${Number(value.toFixed(4)) + 0}`)
  }
  const left = new Set(lines.map((line) => line.split(' = ')[0]))
  expect([...names].filter((name) => !left.has(name))).toEqual([])
}

const atStart = computed(start, [1, 2], [0])
const updated: Parameters = Object.fromEntries(
  Object.entries(start).map(([name, values]) => {
    const gradient = atStart.gradient(name)
    return [name, values.map((value, i) => value - rate * (gradient[i] ?? Number.NaN))]
  }),
)

describe('every equation of docs/learn.md', () => {
  it('forward, loss and gradients of one example', () => {
    const { values, gradients } = atStart
    const all = new Map([...values, ...gradients])
    checkEquations(between('Forward', 'The update'), all, all.keys())
  })

  it('the update', () => {
    const values = new Map(
      Object.entries(short).flatMap(([name, long]) =>
        (updated[long] ?? []).map((value, i): [string, number] => [
          element(name, i, long.endsWith('weight')),
          value,
        ]),
      ),
    )
    expect(values.size).toBe(12)
    checkEquations(between('The update', 'The loss after the step'), values, values.keys())
  })

  it('the loss after the step', () => {
    const { values } = computed(updated, [1, 2], [0])
    checkEquations(between('The loss after the step', 'A batch of two examples'), values, values.keys())
  })

  it('a batch of two examples', () => {
    const { values, gradients } = computed(start, [1, 2, -1, 1], [0, 1])
    const told = [...values.keys()].filter((name) => !name.includes('[0,'))
    const gradientsTold = [...gradients.keys()].filter((name) => /^d(z|W2|b2)/.test(name))
    const text = between('A batch of two examples', 'The same in code')
    checkEquations(text, new Map([...values, ...gradients]), [...told, ...gradientsTold])
  })

  it('the central difference', () => {
    checkEquations(between('Checking gradients', 'Where to read on'), atStart.gradients, ['db2[0]'])
  })
})

it('the parameters at the start are those shown', () => {
  const shown = between('The network', 'Forward').replaceAll(/shape.*$/gm, '')
  const numbers = [...shown.matchAll(/^ {4}.*$/gm)].flatMap(([line]) => {
    const text = line.replaceAll(/[A-Za-z]\d? +=/g, '')
    return [...text.matchAll(/-?\d+(?:\.\d+)?/g)].map(([number]) => Number(number))
  })
  // Line by line: x; the first row of W1, b1, the second row of W1; W2 and b2 likewise.
  expect(numbers).toEqual([1, 2, 1, -1, 0, 0.5, 2, 0, 1, 0, -2, 3, 6, 4])
})

it('the sentences between the equations have the same numbers', () => {
  const before = atStart.values.get('loss') ?? Number.NaN
  const after = computed(updated, [1, 2], [0]).values
  const share = Math.round(100 * (after.get('p[0]') ?? Number.NaN))
  const [from, to] = [before, after.get('loss') ?? Number.NaN].map((loss) => loss.toFixed(4))
  const text = page.replaceAll('\n', ' ')
  expect(text).toContain(
    `fell from ${from} to ${to}, and the network now gives the true class a probability of ${share} %`,
  )
  expect(text).toContain(`With 10 classes it is ln 10, about ${Math.log(10).toFixed(1)}:`)
  expect(text).toContain(`With a learning rate of ${rate}:`)
})

it('the program prints what the page says', async () => {
  const [, program = '', printed = ''] = /```ts\n(.*?)```\n.*?```text\n(.*?)```/s.exec(page) ?? []
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 },
  })
  const lines: string[] = []
  const require = createRequire(import.meta.url)
  const run: (...values: unknown[]) => Promise<void> = runInThisContext(
    `(async (require, exports, console) => {${outputText}\n})`,
  )
  const load = (name: string): unknown => (name === 'atelier' ? library : require(name))
  await run(load, {}, { log: (...parts: string[]) => lines.push(`${parts.join(' ')}\n`) })
  expect(lines.join('')).toBe(printed)
})

describe('arithmetic', () => {
  it('knows precedence, signs, functions and names', () => {
    expect(evaluate('1 + 2 * -3 - (4 - 5) / 2')).toBe(-4.5)
    expect(evaluate('max(-0.5, 0) + ln(exp(2))')).toBe(2)
    expect(evaluate('-W1[0,1] * 2', new Map([['W1[0,1]', 3]]))).toBe(-6)
  })

  it('refuses what it does not know', () => {
    for (const text of ['1 +', '(1', '1 2', 'x', '2 ^ 3']) expect(() => evaluate(text), text).toThrow()
  })
})
