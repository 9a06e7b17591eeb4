// Writes schema/*.schema.json, the JSON Schemas of the files that people write, from the schemas in the source.
import { mkdir, writeFile } from 'node:fs/promises'
import { configJsonSchema } from '../src/cli/shared/config/configSchema.ts'
import { publishedJsonSchema } from '../src/report/published.ts'
import { reproductionJsonSchema } from '../src/reproduction/schema.ts'

const folder = new URL('../schema/', import.meta.url)
const schemas = {
  training: configJsonSchema(),
  published: publishedJsonSchema(),
  reproduction: reproductionJsonSchema(),
}
await mkdir(folder, { recursive: true })
for (const [name, schema] of Object.entries(schemas))
  await writeFile(new URL(`${name}.schema.json`, folder), `${JSON.stringify(schema, undefined, 2)}\n`)
