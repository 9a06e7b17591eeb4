import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { publishedJsonSchema } from '../../src/report/published.ts'
import { reproductionJsonSchema } from '../../src/reproduction/schema.ts'

const root = new URL('../../', import.meta.url)
const schemas = [
  ['published', publishedJsonSchema],
  ['reproduction', reproductionJsonSchema],
] as const

it.each(schemas)('schema/%s.schema.json is the schema of the source', async (name, schema) => {
  const text = await readFile(new URL(`schema/${name}.schema.json`, root), 'utf8')
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(schema())))
})

it.each(schemas)('the package exports the schema %s', async (name) => {
  const manifest = JSON.parse(await readFile(new URL('package.json', root), 'utf8'))
  expect(manifest.exports[`./schema/${name}.json`]).toBe(`./schema/${name}.schema.json`)
})

it.each(schemas)('the paper names the schema %s for editors', async (name) => {
  const text = await readFile(new URL(`reproductions/fashion-mnist/${name}.yaml`, root), 'utf8')
  const [, path = ''] = /^# yaml-language-server: \$schema=(.*)$/m.exec(text) ?? []
  expect(new URL(path, new URL('reproductions/fashion-mnist/', root)).href).toBe(
    new URL(`schema/${name}.schema.json`, root).href,
  )
})
