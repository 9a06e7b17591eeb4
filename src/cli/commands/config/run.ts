import { relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { print } from '../../shared/terminal/output.ts'
import { exampleConfig } from './exampleConfig.ts'

/** `atelier config`: an example with every field, with a hint for editors where it holds on this machine and others. */
export async function runConfig(): Promise<void> {
  const schema = fileURLToPath(new URL('../../../../schema/training.schema.json', import.meta.url))
  const path = relative(process.cwd(), resolve(schema)).replaceAll('\\', '/')
  // Elsewhere the path would be this machine's own.
  const hint = path.startsWith('..') ? '' : `# yaml-language-server: $schema=./${path}\n`
  print(`${hint}${exampleConfig}`.trimEnd())
}
