import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createJiti } from 'jiti'
import { expect, test } from 'vitest'
import { atelier, temporaryFolders } from '../../atelier.ts'

const folder = temporaryFolders()

test('a TypeScript study runs no code from the temporary folder, and writes none there', async () => {
  const cwd = await folder()
  const file = join(cwd, 'study.ts')
  await writeFile(file, "const study: object = { name: 'study' }\nexport default study\n")
  // What a user of a shared temporary folder could put there: compiled code that passes for that of the study.
  const cache = join(cwd, 'tmp', 'jiti')
  await mkdir(cache, { recursive: true })
  await createJiti(import.meta.url, { fsCache: cache }).import(file)
  const [name = ''] = await readdir(cache)
  const foreign = `console.log('foreign code');${await readFile(join(cache, name), 'utf8')}`
  await writeFile(join(cache, name), foreign)

  const env = { TMPDIR: join(cwd, 'tmp'), JITI_FS_CACHE: 'true', JITI_RESPECT_TMPDIR_ENV: '1' }
  const ended = await atelier(['run', 'study.ts'], { cwd, env })
  expect(ended).toMatchObject({ code: 2, stdout: '' })
  expect(ended.stderr).toContain('study.ts, base: is missing.')
  expect(await readdir(join(cwd, 'tmp'), { recursive: true })).toEqual(['jiti', join('jiti', name)])
})
