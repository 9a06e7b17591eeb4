import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OutputError } from '../../src/base/errors.ts'
import { tablesOf } from '../../src/report/tables.ts'
import { writeReport } from '../../src/report/writeReport.node.ts'
import { decodePng } from '../plot/pixels.ts'
import { sampleImages } from './sampleImages.ts'
import { paper, type SampleKind, sampleResults } from './sampleResults.ts'

const { published } = paper

/** What a report of sample results is written from, with images or without. */
async function sourceOf(kind: SampleKind, pictures: boolean) {
  const results = await sampleResults(kind)
  return { results, published, images: pictures ? sampleImages(results) : null }
}

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-report-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('writeReport', () => {
  it('writes the page, every figure twice, every table and all numbers, and nothing else', async () => {
    const source = await sourceOf('partial', true)
    const { results } = source
    const target = join(folder, 'new', 'report')
    const { path, files } = await writeReport(source, target)
    expect(path).toBe(join(target, 'report.html'))
    const there = (await readdir(target, { recursive: true, withFileTypes: true })).filter((each) =>
      each.isFile(),
    )
    expect(there).toHaveLength(files.length)
    expect(files.at(-1)).toBe('report.html')
    expect(files).toEqual(
      expect.arrayContaining([
        'results.json',
        'figures/figure-13.svg',
        'figures/figure-13.png',
        'figures/summary.png',
      ]),
    )
    for (const { name, text } of tablesOf(results))
      expect(await readFile(join(target, 'tables', `${name}.csv`), 'utf8')).toBe(text)
    expect(JSON.parse(await readFile(join(target, 'results.json'), 'utf8'))).toEqual(results)
    const picture = decodePng(await readFile(join(target, 'figures/figure-13.png')))
    expect(picture.width).toBeGreaterThan(600)
    expect(await readFile(path, 'utf8')).toContain('<figure id="figure-13">')
  })

  it('replaces an older report', async () => {
    const source = await sourceOf('empty', false)
    const target = join(folder, 'again')
    await writeReport(source, target)
    await writeFile(join(target, 'report.html'), 'old')
    const { path } = await writeReport(source, target)
    expect(await readFile(path, 'utf8')).toMatch(/^<!DOCTYPE html>/)
  })

  it('removes figures and tables that are no longer made, and nothing that a user wrote or changed', async () => {
    const target = join(folder, 'fewer')
    const { files } = await writeReport(await sourceOf('partial', true), target)
    const own = ['figures/mine.svg', 'tables/figure-13.txt', 'notes.md']
    for (const name of own) await writeFile(join(target, name), 'mine')
    const changed = 'figures/figure-13.svg'
    await writeFile(join(target, changed), 'edited')
    const fewer = await writeReport(await sourceOf('empty', false), target)
    const gone = files.filter((name) => !fewer.files.includes(name))
    expect(gone).toEqual(expect.arrayContaining([changed, 'figures/figure-13.png']))
    const all = await readdir(target, { recursive: true, withFileTypes: true })
    const left = all.flatMap((each) =>
      each.isFile() ? [relative(target, join(each.parentPath, each.name))] : [],
    )
    expect(left.sort()).toEqual([...fewer.files, ...own, changed].sort())
  })

  it('says what to do where the folder cannot be made or written', async () => {
    const source = await sourceOf('empty', false)
    const file = join(folder, 'file')
    await writeFile(file, '')
    await expect(writeReport(source, join(file, 'report'))).rejects.toThrow(OutputError)
    for (const name of ['results.json', 'tables/comparisons.csv', 'report.html']) {
      const target = join(folder, 'in the way', name.replace('/', ' '))
      await mkdir(join(target, name, 'folder'), { recursive: true })
      await expect(writeReport(source, target), name).rejects.toThrow(OutputError)
      const left = await readdir(target, { recursive: true })
      expect(left.filter((each) => each.endsWith('.tmp'))).toEqual([])
    }
  })
})
