// Compiles kernels/ twice, for shared and for unshared memory, and embeds both binaries as base64 in
// src/engine/simd/binary.ts: the engine then loads the same way in Node, in a browser and in a bundle.
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compileKernels } from './compile-kernels.js'

const root = new URL('..', import.meta.url).pathname
const target = join(root, 'src/engine/simd/binary.ts')
const kernels = join(root, 'kernels')

const unshared = await compileKernels(kernels, { shared: false })
const shared = await compileKernels(kernels, { shared: true })
const text = [
  '// Made from kernels/ by scripts/build-kernels.js; not in version control.',
  `export const unsharedBinary = '${unshared.toString('base64')}'`,
  `export const sharedBinary = '${shared.toString('base64')}'`,
  '',
].join('\n')
await writeFile(`${target}.tmp`, text)
await rename(`${target}.tmp`, target)
