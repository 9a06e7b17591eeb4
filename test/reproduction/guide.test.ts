import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { reproductionOf } from '../../src/reproduction/reproduction.ts'

const places = { reproduction: 'reproduction.yaml', study: 'study.yaml', published: 'published.yaml' }

it('the three files of docs/reproduce.md are a valid reproduction', async () => {
  const text = await readFile(new URL('../../docs/reproduce.md', import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block = '']): unknown => parse(block))
  expect(blocks).toHaveLength(3)
  const [study, published, reproduction] = blocks
  const guide = reproductionOf({ study, published, reproduction }, places)
  expect(guide.published.numbers.map(({ id }) => id)).toEqual(['rate', 'final'])
  expect(guide.study.experiments.map(({ id }) => id)).toEqual(['curve', 'grid'])
})
