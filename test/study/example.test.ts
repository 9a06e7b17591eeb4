import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { buildProgram } from '../../src/cli/program.ts'
import { kFold } from '../../src/data/folds.ts'
import { studyConfig } from '../../src/study/definition/config.ts'
import { objectiveOf } from '../../src/study/definition/objective.ts'
import * as library from '../../src/study/index.ts'
import { summarize } from '../../src/study/results/results.ts'
import { formatTable } from '../../src/study/results/table.ts'
import { scoresOf } from '../../src/study/run/measured.ts'
import { expandStudy } from '../../src/study/search/expand.ts'
import { train } from '../../src/train/train.ts'
import { tinyConfig, tinyDataset } from '../train/tiny.ts'
import { oneExperiment, waitingTrial } from './studies.ts'

it('examples/mlp-grid.yaml is the grid of the paper, chosen on folds', async () => {
  const text = await readFile(new URL('../../examples/mlp-grid.yaml', import.meta.url), 'utf8')
  const study = studyConfig(parse(text), 'mlp-grid.yaml')
  const trials = expandStudy(study)
  expect(trials.length).toBe(125)
  expect(trials[5]?.params).toEqual({ batchSize: 50, 'optimizer.learningRate': 0.05 })
  expect(study.experiments.map((experiment) => objectiveOf(experiment).choice)).toEqual(['folds'])
})

const page = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

it('every yaml block of the pages on studies is a study', async () => {
  const text = (await page('studies.md')) + (await page('studies-reference.md'))
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  expect(blocks.length).toBeGreaterThan(2)
  for (const block of blocks) expect(() => studyConfig(parse(block))).not.toThrow()
})

it('every function that the reference lists is exported', async () => {
  const [, list = ''] = (await page('studies-reference.md')).split('\n## Functions\n')
  const names = [...list.matchAll(/`(\w+)\(/g)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(5)
  expect(names.filter((name) => !(name !== undefined && name in library))).toEqual([])
})

it('every option of atelier run is in the reference', async () => {
  const [, options = ''] = (await page('studies-reference.md')).split('\n## Running a study\n')
  const command = buildProgram().commands.find((each) => each.name() === 'run')
  const paperOnly = ['--quick', '--seeds', '--out']
  const flags = command?.options.map(({ long }) => long ?? '').filter((flag) => !paperOnly.includes(flag))
  expect(flags?.length).toBeGreaterThan(10)
  expect(flags?.filter((flag) => !options.includes(`\`${flag}`))).toEqual([])
})

it('results of real trainings become a table', async () => {
  const dataset = tinyDataset()
  const { experiment, trials } = oneExperiment({
    base: tinyConfig,
    axes: { 'optimizer.learningRate': [1e-6, 0.1] },
    folds: { k: 2 },
  })
  const rows = Uint32Array.from(dataset.train.labels.keys())
  const records = []
  for (const { index, config, fold } of trials) {
    if (fold === null) throw new Error('no fold')
    const split = kFold(dataset.train.labels, rows, fold)[fold.index]
    if (split === undefined) throw new Error('no split')
    const result = await train(config, dataset, { rows: split })
    records.push({ ...waitingTrial(index), ...scoresOf(result), status: 'done' as const, weightsEpoch: 1 })
  }
  const summary = summarize(experiment, trials, records)
  // A rate of a millionth learns nothing, 0.1 learns these easy images.
  expect(summary.best?.params).toEqual({ 'optimizer.learningRate': 0.1 })
  expect(summary.best?.mean).toBeGreaterThan(0.8)
  expect(formatTable(summary)).toMatch(
    /^Best: 0\.[89]\d{5} using \{'optimizer.learningRate': 0.1\}\n|^Best: 1\.0{6} using/,
  )
})
