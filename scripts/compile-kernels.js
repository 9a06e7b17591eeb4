import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import asc from 'assemblyscript/asc'

/**
 * Compiles the kernels in `folder` (AssemblyScript, entry index.ts) to WebAssembly.
 *
 * @param {string} folder
 * @param {{ shared: boolean }} options whether for memory that threads share
 * @returns {Promise<{ binary: Buffer, signatures: string[] }>} the module, and of each function that it exports a line such as
 * "relu(x: number, y: number, n: number): void"
 */
export async function compileKernels(folder, { shared }) {
  const work = await mkdtemp(join(tmpdir(), 'atelier-kernels-'))
  const file = join(work, 'kernels.wasm')
  try {
    const { error, stderr } = await asc.main([
      join(folder, 'index.ts'),
      ...['--outFile', file, '--runtime', 'stub', '--importMemory', '--noAssert', '-O3', '--converge'],
      ...['--initialMemory', '1', '--maximumMemory', '65536', '--enable', 'simd', '--bindings', 'raw'],
      ...(shared ? ['--enable', 'threads', '--sharedMemory'] : []),
    ])
    if (error) {
      console.error(stderr.toString())
      throw error
    }
    const declarations = await readFile(join(work, 'kernels.d.ts'), 'utf8')
    const signatures = Array.from(
      declarations.matchAll(/export function (.*);$/gm),
      ([, signature]) => signature,
    )
    return { binary: await readFile(file), signatures }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}
