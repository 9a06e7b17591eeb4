// Compiles kernels/ twice, for shared and for unshared memory, and embeds both binaries as base64 in
// src/engine/simd/binary.ts: the engine then loads the same way in Node, in a browser and in a bundle. What they export
// goes with its types into src/engine/simd/exports.ts, so that a call which does not fit its kernel does not compile, and
// kernels/constants.ts without types into src/engine/simd/constants.ts.
// Compiling takes most of the time of a build, so it is skipped when the files were made from the same sources.
import { createHash } from 'node:crypto'
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compileKernels } from './compile-kernels.js'

const root = new URL('..', import.meta.url).pathname
const kernels = join(root, 'kernels')
const engine = join(root, 'src/engine/simd')
const made = ['binary.ts', 'exports.ts', 'constants.ts']
const head = `// Made from kernels/ by scripts/build-kernels.js; not in version control. Sources: ${await sourcesHash()}`

if (await upToDate()) process.exit(0)
const unshared = await compileKernels(kernels, { shared: false })
const shared = await compileKernels(kernels, { shared: true })
await write('binary.ts', [
  `export const unsharedBinary = '${unshared.binary.toString('base64')}'`,
  `export const sharedBinary = '${shared.binary.toString('base64')}'`,
])
await write('exports.ts', [
  '',
  '/** The kernels as WebAssembly exports them: addresses and strides in bytes, counts in elements. */',
  'export interface KernelExports {',
  ...shared.signatures.map((signature) => `  ${signature}`),
  '}',
  '',
  'export const kernelNames: readonly (keyof KernelExports)[] = [',
  ...shared.signatures.map((signature) => `  '${signature.slice(0, signature.indexOf('('))}',`),
  ']',
])

const constants = await readFile(join(kernels, 'constants.ts'), 'utf8')
await write('constants.ts', [
  '',
  ...constants
    .split('\n\n')
    .slice(1)
    .join('\n')
    .replaceAll(/: (usize|u32)\b/g, '')
    .trimEnd()
    .split('\n'),
])

/** SHA-256 of all that the compiled kernels depend on. */
async function sourcesHash() {
  const sources = (await readdir(kernels)).sort().map((name) => join(kernels, name))
  const scripts = ['build-kernels.js', 'compile-kernels.js'].map((name) => join(root, 'scripts', name))
  const hash = createHash('sha256')
  for (const path of [...sources, ...scripts, join(root, 'node_modules/assemblyscript/package.json')])
    hash.update(await readFile(path))
  return hash.digest('hex')
}

async function upToDate() {
  const texts = await Promise.all(made.map((name) => readFile(join(engine, name), 'utf8').catch(() => '')))
  return texts.every((text) => text.startsWith(`${head}\n`))
}

async function write(name, lines) {
  const path = join(engine, name)
  await writeFile(`${path}.tmp`, `${[head, ...lines].join('\n')}\n`)
  await rename(`${path}.tmp`, path)
}
