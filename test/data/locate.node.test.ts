import { mkdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cacheFolder, locateFiles, namedFolder, standardPlaces } from '../../src/data/locate.node.ts'
import { standardNames, temporaryFolders, writeTiny } from './files.ts'

const newFolder = temporaryFolders()

describe('the cache folder', () => {
  test.each([
    [{ ATELIER_CACHE: '/a', XDG_CACHE_HOME: '/b', HOME: '/c' }, '/a'],
    [{ XDG_CACHE_HOME: '/b', HOME: '/c' }, '/b/atelier'],
    [{ ATELIER_CACHE: '', XDG_CACHE_HOME: '', HOME: '/c' }, '/c/.cache/atelier'],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/c' }, '/c/.cache/atelier'],
    [{}, join(homedir(), '.cache', 'atelier')],
  ])('%j: %s', (env, path) => {
    expect(cacheFolder(env).path).toBe(path)
  })
})

test('the folder that the user named: the option wins, an empty variable is none', () => {
  expect(namedFolder('d', { ATELIER_DATA: 'e' })).toMatchObject({ path: 'd', origin: '--data' })
  expect(namedFolder(undefined, { ATELIER_DATA: 'e' })).toMatchObject({ path: 'e', origin: 'ATELIER_DATA' })
  expect(namedFolder(undefined, { ATELIER_DATA: '' })).toBeUndefined()
})

test('the cache is tried before the system folder', () => {
  const places = standardPlaces({ ATELIER_CACHE: '/cache' }, '/system')
  expect(places.map(({ path }) => path)).toEqual(['/cache/fashion-mnist', '/system'])
})

test.each([
  ['plain', (name: string) => name],
  ['.gz', (name: string) => `${name}.gz`],
  ['with dots', (name: string) => name.replace('-idx', '.idx')],
  ['with dots and .gz', (name: string) => `${name.replace('-idx', '.idx')}.gz`],
  ['colour images', (name: string) => name.replace('idx3', 'idx4')],
])('finds the usual names: %s', async (_what, rename) => {
  const folder = await newFolder()
  await writeTiny(folder, { rename })
  expect(await locateFiles(folder)).toEqual({
    state: 'complete',
    problem: '',
    files: Object.fromEntries(
      Object.entries(standardNames).map(([role, name]) => [role, join(folder, rename(name))]),
    ),
  })
})

test('says what is missing', async () => {
  const folder = await newFolder()
  expect(await locateFiles(join(folder, 'no'))).toMatchObject({ state: 'missing', files: {} })
  expect(await locateFiles(folder)).toMatchObject({ state: 'incomplete', problem: 'none of the four files' })
  await writeFile(join(folder, standardNames.trainImages), '')
  await mkdir(join(folder, 'other'))
  expect(await locateFiles(folder)).toEqual({
    state: 'incomplete',
    files: { trainImages: join(folder, standardNames.trainImages) },
    problem: 'without train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte',
  })
  const file = join(folder, standardNames.trainImages)
  expect(await locateFiles(file)).toMatchObject({ state: 'unreadable', problem: 'it is not a folder' })
})
