import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { comparisons } from '../../src/paper/comparisons.ts'
import { contradictions } from '../../src/paper/contradictions.ts'
import { numbersOf } from './walk.ts'

const text = await readFile(new URL('fixtures/published.json', import.meta.url), 'utf8')
const published = new Set(numbersOf(JSON.parse(text)).map(([, value]) => value))

it('there are fourteen, numbered', () => {
  expect(contradictions.map(({ number }) => number)).toEqual(Array.from({ length: 14 }, (_, i) => i + 1))
})

it('each sets at least two claims against each other and names an experiment', () => {
  for (const { number, claims, experiments } of contradictions) {
    expect(claims.length, `${number}`).toBeGreaterThan(1)
    expect(experiments.length, `${number}`).toBeGreaterThan(0)
  }
})

it('what it disputes are results of the paper whose numbers it names', () => {
  const known = new Map(comparisons.map(({ path, paper }) => [path, paper]))
  for (const { number, claims, disputes = [] } of contradictions) {
    const values = claims.flatMap((claim) => claim.values)
    for (const path of disputes) expect(values, `${number}: ${path}`).toContain(known.get(path))
  }
  expect(
    contradictions.filter(({ disputes = [] }) => disputes.length > 0).map(({ number }) => number),
  ).toEqual([1, 2, 3, 4, 5, 7])
})

it.each([
  [1, [0.01, 0.877, 0.001, 0.877033, 0.862967]],
  [2, [0.857, 1, 5]],
  [3, [0.8465, 0.8774]],
  [4, [0.857, 0.8774]],
  [5, [0.8775, 0.8774]],
  [6, [0.8773, 0.8774]],
  [7, [0.8488, 0.8774, 3]],
  [8, [0.1, 0.6743, 0.329, 0.3, 0.203, 0.548]],
  [9, [0.877, 0.8774]],
  [10, [0.8688, 0.8693, 0.8349, 0.8558, 0.859]],
  [11, [0.01]],
  [12, [0.8774, 0.8247, 0.8378]],
  [14, [0.9079]],
])('number %i has both numbers', (number, values) => {
  const own = contradictions.find((each) => each.number === number)?.claims.flatMap((claim) => claim.values)
  expect(own).toEqual(expect.arrayContaining(values))
})

it('accuracies in it are those of the paper, but for the gaps of number 8', () => {
  const gaps = [0.3, 0.203, 0.548]
  for (const { number, claims } of contradictions) {
    for (const value of claims.flatMap(({ values }) => values)) {
      if (value < 0.05 || value >= 1 || (number === 8 && gaps.includes(value))) continue
      expect(published.has(value), `${number}: ${value}`).toBe(true)
    }
  }
  expect(0.8774 - 0.6743).toBeCloseTo(0.203, 3)
  expect(0.8774 - 0.329).toBeCloseTo(0.548, 3)
})
