// Compiles kernels/ twice, for shared and for unshared memory, and embeds both binaries as base64 in
// src/engine/simd/binary.ts: the engine then loads the same way in Node, in a browser and in a bundle.
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

const root = new URL('..', import.meta.url).pathname
const target = join(root, 'src/engine/simd/binary.ts')
const folder = await mkdtemp(join(tmpdir(), 'atelier-kernels-'))

async function compile(name, extra) {
  const file = join(folder, `${name}.wasm`)
  const { error, stderr } = await asc.main([
    join(root, 'kernels/index.ts'),
    ...['--outFile', file, '--runtime', 'stub', '--importMemory', '--noAssert', '-O3', '--converge'],
    ...['--initialMemory', '1', '--maximumMemory', '65536', '--enable', 'simd', ...extra],
  ])
  if (error) {
    console.error(stderr.toString())
    throw error
  }
  return (await readFile(file)).toString('base64')
}

try {
  const unshared = await compile('unshared', [])
  const shared = await compile('shared', ['--enable', 'threads', '--sharedMemory'])
  const text = [
    '// Made from kernels/ by scripts/build-kernels.js; not in version control.',
    `export const unsharedBinary = '${unshared}'`,
    `export const sharedBinary = '${shared}'`,
    '',
  ].join('\n')
  await writeFile(`${target}.tmp`, text)
  await rename(`${target}.tmp`, target)
} finally {
  await rm(folder, { recursive: true, force: true })
}
