import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../base/errors.ts'
import { nearest } from '../base/nearest.ts'
import { type Reproduction, reproductionOf } from './reproduction.ts'
import { reproductionSchema } from './schema.ts'

/** The file that makes a folder a reproduction. */
export const reproductionFile = 'reproduction.yaml'

/** Reads plain data from a YAML file. */
export type ReadYaml = (
  path: string,
  kind: string,
  missing: (cause: unknown) => Promise<ConfigError>,
) => Promise<unknown>

/** The folder of the paper that comes with atelier. */
export function paperFolder(): string {
  return fileURLToPath(new URL('../../reproductions/fashion-mnist', import.meta.url))
}

/**
 * Reads a reproduction: reproduction.yaml, and the study and the published numbers that it names.
 *
 * @throws ConfigError for a missing or invalid file, naming the file and the key
 */
export async function readReproduction(folder: string, readYaml: ReadYaml): Promise<Reproduction> {
  const path = join(folder, reproductionFile)
  const reproduction = await readYaml(path, 'reproduction', (cause) => missing(path, cause))
  // Where the other files are decides before anything else is checked.
  const { study, published } =
    reproductionSchema.unwrap().partial().loose().safeParse(reproduction).data ?? {}
  const places = {
    reproduction: path,
    study: join(folder, study ?? 'study.yaml'),
    published: join(folder, published ?? 'published.yaml'),
  }
  const files = {
    reproduction,
    study: await readYaml(places.study, 'study', (cause) => missing(places.study, cause)),
    published: await readYaml(places.published, 'list of published numbers', (cause) =>
      missing(places.published, cause),
    ),
  }
  return reproductionOf(files, places)
}

async function missing(path: string, cause: unknown): Promise<ConfigError> {
  const names = await readdir(dirname(path)).catch(() => [])
  const similar = nearest(
    basename(path),
    names.filter((name) => /\.(ya?ml|json)$/.test(name)),
  )
  const hint = similar === undefined ? {} : { hint: `Did you mean "${similar}" there?` }
  return new ConfigError('there is no such file.', { where: path, ...hint, cause })
}
