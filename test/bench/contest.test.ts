import { describe, expect, it } from 'vitest'
import { type Contestant, runContest } from '../../bench/contest.ts'
import { contestTable, ratioSpread, secondsText } from '../../bench/contestTable.ts'
import type { ContestResult } from '../../bench/results.ts'

/** A contestant whose epochs take these seconds, and who writes down what happens to it. */
function fake(name: string, seconds: readonly number[], log: string[] = [], share = 1): Contestant {
  let epoch = 0
  return {
    name,
    threads: 1,
    engine: null,
    share,
    async epoch() {
      log.push(name)
      const time = seconds[epoch++]
      if (time === undefined) throw new Error('worn out')
      return { seconds: time, cpuSeconds: 2 * time }
    },
    finish: async () => ({ testAccuracy: 0.5, testRows: 10 }),
    async stop() {
      log.push(`${name} stopped`)
    },
  }
}

describe('runContest', () => {
  it('lets all train in turns and leaves the first turn out', async () => {
    const log: string[] = []
    const { results } = await runContest([fake('A', [9, 1, 2], log), fake('B', [8, 3, 4], log)], 3, 0)
    expect(log).toEqual(['A', 'B', 'A', 'B', 'A', 'B', 'A stopped', 'B stopped'])
    expect(results.map(({ seconds }) => seconds)).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  it('scales who trained a part of an epoch', async () => {
    const { results } = await runContest([fake('slow', [5, 3, 4], [], 1 / 20)], 3, 0)
    expect(results[0]?.seconds).toEqual([60, 80])
    expect(results[0]?.cpuSeconds).toEqual([120, 160])
    expect(results[0]?.epochsTrained).toBeCloseTo(0.15)
  })

  it('goes on without a contestant that fails, and names it', async () => {
    const log: string[] = []
    const { results, failures } = await runContest([fake('A', [1], log), fake('B', [1, 2, 3], log)], 3, 0)
    expect(results.map(({ name }) => name)).toEqual(['B'])
    expect(failures).toEqual(['A with 1 thread failed: worn out'])
    expect(log).toEqual(['A', 'B', 'A', 'B', 'B', 'A stopped', 'B stopped'])
  })
})

const result = (changes: Partial<ContestResult>): ContestResult => ({
  name: 'PyTorch 1',
  threads: 1,
  engine: null,
  share: 1,
  epochsTrained: 4,
  seconds: [2, 4, 6],
  cpuSeconds: [2, 4, 6],
  testAccuracy: 0.8765,
  testRows: 10_000,
  ...changes,
})

describe('the table of a contest', () => {
  const ours = result({ name: 'atelier', engine: 'simd', seconds: [1, 2, 9] })

  it('compares the epochs of the same turn, not the medians', () => {
    expect(ratioSpread(ours, result({}))).toEqual({ median: 0.5, least: 0.5, most: 1.5 })
  })

  it('has a column for the ratio of each engine', () => {
    const fast = result({ name: 'atelier blas', engine: 'blas', seconds: [0.5, 1, 1.5] })
    const [head = '', , first = '', second = '', third = ''] = contestTable([ours, fast, result({})]).split(
      '\n',
    )
    expect(head).toContain('simd takes')
    expect(head).toContain('blas takes')
    // Ours is not compared with itself, but with the other engine.
    expect(first).toContain('0.50 x (0.17 to 0.50)')
    expect(second).toContain('2.00 x (2.00 to 6.00)')
    expect(second.match(/ x \(/g)).toHaveLength(1)
    expect(third).toContain('0.50 x (0.50 to 1.50)')
    expect(third).toContain('0.25 x (0.25 to 0.25)')
  })

  it('says plainly what was scaled, and after how much training the accuracy was measured', () => {
    const text = contestTable([result({ share: 3 / 60, epochsTrained: 0.4 })])
    expect(text).toContain('PyTorch 1, 1/20 of an epoch, scaled')
    expect(text).toContain('87.65 % after 0.40 epochs')
  })

  it('sorts by threads and compares only equal numbers of them', () => {
    const lines = contestTable([result({ threads: 2 }), ours]).split('\n')
    expect(lines[2]).toContain('atelier')
    expect(lines[3]).not.toContain(' x (')
  })

  it.each([
    [0.0314, '0.031'],
    [0.314, '0.314'],
    [5.56, '5.56'],
    [23.45, '23.4'],
    [2890.4, '2890'],
    [0, '0.000'],
  ])('writes %f s with three digits that count', (seconds, text) => expect(secondsText(seconds)).toBe(text))
})
