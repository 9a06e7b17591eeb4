import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { syntheticFashion, train } from '../../src/index.ts'
import { bundle } from './bundle.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-bundle-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const rows = { train: 40, test: 20 }
const config = {
  model: { type: 'mlp', hidden: [16] },
  optimizer: { type: 'sgd', learningRate: 0.1 },
  epochs: 1,
  batchSize: 20,
} as const

describe('a bundle for browsers', () => {
  it('of everything stays below 360 kB minified and imports nothing', async () => {
    const { text, outside } = await bundle('export * from "atelier"', { platform: 'browser' })
    expect(outside).toEqual([])
    expect(text.length).toBeLessThan(360_000)
  })

  it('leaves out what is not used', async () => {
    const { text } = await bundle('export { encodeIdx } from "atelier"', { platform: 'browser' })
    expect(text.length).toBeLessThan(10_000)
  })

  it('of a thread needs no package', async () => {
    const { text, outside } = await bundle('import "atelier/thread"', { platform: 'browser' })
    expect(outside).toEqual([])
    expect(text).toContain('addEventListener')
    expect(text).not.toContain('zod')
  })
})

describe('a bundle for Node', () => {
  const source = `
    import { train, syntheticFashion } from 'atelier'
    import { loadDataset } from 'atelier/node'
    export const load = (directory) => loadDataset({ source: 'auto', directory })
    export async function run(options) {
      let threads = 0
      const onEvent = (event) => { if (event.type === 'start') threads = event.threads }
      const data = syntheticFashion(${JSON.stringify(rows)})
      const { weightsSha256 } = await train(${JSON.stringify(config)}, data, { ...options, onEvent })
      return { threads, weightsSha256 }
    }`

  // Long, because the threads of a training suffer most where the processors are busy.
  const timeout = 240_000
  it.each(['esm', 'cjs'] as const)(
    'trains with threads when it is told where a thread is (%s)',
    async (format) => {
      const extension = format === 'esm' ? 'mjs' : 'cjs'
      const file = join(folder, `program.${extension}`)
      const thread = join(folder, `thread.${extension}`)
      await writeFile(file, (await bundle(source, { platform: 'node', format })).text)
      await writeFile(thread, (await bundle('import "atelier/thread"', { platform: 'node', format })).text)
      const { load, run } =
        format === 'esm' ? await import(pathToFileURL(file).href) : createRequire(import.meta.url)(file)
      const expected = await train(config, syntheticFashion(rows))
      for (const threadUrl of format === 'esm'
        ? [thread, pathToFileURL(thread).href]
        : [pathToFileURL(thread)])
        expect(await run({ threads: 2, threadUrl })).toEqual({
          threads: 2,
          weightsSha256: expected.weightsSha256,
        })
      await expect(load(join(folder, 'nothing'))).rejects.toThrow('no dataset there')
      await expect(run({ threads: 2 })).rejects.toThrow(
        "threads: a thread's script is not beside this program. In a bundle, make",
      )
    },
    timeout,
  )

  it('keeps the names of errors', async () => {
    const file = join(folder, 'errors.mjs')
    await writeFile(file, (await bundle('export * from "atelier"', { platform: 'node' })).text)
    const all: Record<string, unknown> = await import(pathToFileURL(file).href)
    const { AtelierError } = all
    if (typeof AtelierError !== 'function') throw new Error('AtelierError is not exported.')
    // The test means something only where classes have been renamed.
    expect(AtelierError.name).not.toBe('AtelierError')
    const names = Object.entries(all).flatMap(([name, value]) => {
      const isError =
        typeof value === 'function' && (value === AtelierError || value.prototype instanceof AtelierError)
      return isError ? [[name, Reflect.construct(value, ['it failed', {}]).name]] : []
    })
    expect(names.length).toBeGreaterThan(7)
    expect(names.filter(([name, inBundle]) => name !== inBundle)).toEqual([])
  })
})

it('every class of errors sets its name as a literal string', async () => {
  const wrong: string[] = []
  for (const file of await readdir('src', { recursive: true })) {
    if (!file.endsWith('.ts')) continue
    const text = await readFile(join('src', file), 'utf8')
    for (const [, name, next = ''] of text.matchAll(/class (\w+) extends \w*Error \{(?:\}|\n(.*))/g))
      if (next.trim() !== `override readonly name: string = '${name}'`) wrong.push(`${file}: ${name}`)
  }
  expect(wrong).toEqual([])
})
