import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

/**
 * Compiles the kernels in `folder` (AssemblyScript, entry index.ts) to WebAssembly.
 *
 * @param {string} folder
 * @param {{ shared: boolean }} options whether for memory that threads share
 * @returns {Promise<Buffer>} the binary
 */
export async function compileKernels(folder, { shared }) {
  const work = await mkdtemp(join(tmpdir(), 'atelier-kernels-'))
  const file = join(work, 'kernels.wasm')
  try {
    const { error, stderr } = await asc.main([
      join(folder, 'index.ts'),
      ...['--outFile', file, '--runtime', 'stub', '--importMemory', '--noAssert', '-O3', '--converge'],
      ...['--initialMemory', '1', '--maximumMemory', '65536', '--enable', 'simd'],
      ...(shared ? ['--enable', 'threads', '--sharedMemory'] : []),
    ])
    if (error) {
      console.error(stderr.toString())
      throw error
    }
    return await readFile(file)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}
