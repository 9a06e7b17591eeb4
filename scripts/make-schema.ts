// Writes schema/training.schema.json, the JSON Schema of configuration files, from the schema in the source.
import { mkdir, writeFile } from 'node:fs/promises'
import { configJsonSchema } from '../src/cli/shared/config/configSchema.ts'

const folder = new URL('../schema/', import.meta.url)
await mkdir(folder, { recursive: true })
await writeFile(
  new URL('training.schema.json', folder),
  `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`,
)
