import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { paperFolder, type ReadYaml, readReproduction } from '../../src/reproduction/read.node.ts'
import { expandStudy } from '../../src/study/search/expand.ts'
import { type Files, smallFiles } from '../report/smallReproduction.ts'
import { temporaryFolders } from '../store/studyFixtures.ts'

const folder = temporaryFolders()

const readYaml: ReadYaml = async (path, _kind, missing) => {
  const text = await readFile(path, 'utf8').catch(async (cause: unknown) => {
    throw await missing(cause)
  })
  return parse(text, { merge: true })
}

/** A folder with these files. */
async function folderWith(files: Partial<Files> & Readonly<Record<string, string>>): Promise<string> {
  const path = join(await folder(), 'mine')
  await mkdir(path)
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, `${name}.yaml`), text)
  return path
}

it('reads the three files of a folder', async () => {
  const reproduction = await readReproduction(await folderWith({ ...smallFiles }), readYaml)
  expect(reproduction.study.name).toBe('leaves')
  expect(reproduction.published.title).toBe('Leaves of a garden')
  expect(reproduction.quick).toEqual({ limit: 300 })
})

it('reads the study and the numbers from the files that reproduction.yaml names', async () => {
  const path = await folderWith({
    reproduction: `study: trees.yaml\npublished: printed.yaml\n${smallFiles.reproduction}`,
    trees: smallFiles.study,
    printed: smallFiles.published,
  })
  expect((await readReproduction(path, readYaml)).published.title).toBe('Leaves of a garden')
})

it.each<[string, Readonly<Record<string, string>>, RegExp]>([
  [
    'no reproduction.yaml',
    { reproductions: '' },
    /mine\/reproduction\.yaml: .* Did you mean "reproductions\.yaml" there\?$/,
  ],
  [
    'no study',
    { ...smallFiles, reproduction: 'study: stud.yaml' },
    /mine\/stud\.yaml: .* Did you mean "study\.yaml" there\?$/,
  ],
  [
    'no published numbers',
    { reproduction: '{}', study: smallFiles.study },
    /mine\/published\.yaml: there is no such file\.$/,
  ],
  [
    'a wrong key',
    { ...smallFiles, reproduction: 'fast: {}' },
    /mine\/reproduction\.yaml: unknown key "fast"/,
  ],
  ['a wrong study', { ...smallFiles, study: 'name: x' }, /mine\/study\.yaml/],
  [
    'a wrong list of numbers',
    { ...smallFiles, published: 'titel: x' },
    /mine\/published\.yaml: unknown key "titel"\. Did you mean "title"\?/,
  ],
])('%s is one line that names the file', async (_name, files, message) => {
  const path = await folderWith(files)
  await expect(readReproduction(path, readYaml)).rejects.toThrow(message)
})

it('a folder that does not exist is named', async () => {
  const path = join(await folder(), 'nowhere')
  await expect(readReproduction(path, readYaml)).rejects.toThrow(
    /nowhere\/reproduction\.yaml: there is no such file\.$/,
  )
})

it('the folder of the paper, and the small one to copy, are valid', async () => {
  expect((await readReproduction(paperFolder(), readYaml)).study.name).toBe('paper')
  const copied = fileURLToPath(new URL('../../reproductions/zalando-mlp', import.meta.url))
  const { study, published } = await readReproduction(copied, readYaml)
  expect(study.name).toBe('zalando-mlp')
  expect(expandStudy(study).length).toBe(3 + 4)
  expect(published.numbers.map(({ value }) => value)).toEqual([0.9, 0.9005])
})
