import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { cases } from '../../bench/lab/cases.ts'
import { compare } from '../../bench/lab/compare.ts'
import { compileKernels } from '../../scripts/compile-kernels.js'
import { kernelBytes } from '../../src/engine/simd/module.ts'

const kernels = fileURLToPath(new URL('../../kernels', import.meta.url))
const built = { name: 'built', module: new WebAssembly.Module(kernelBytes(true)) }
const quick = { runs: 3, warmUp: 0.001 }

it('the lab finds the kernels as they are right', () => {
  const awkward = cases.filter(({ name }) => / rows| images|3 x 5/.test(name))
  expect(awkward).toHaveLength(6)
  for (const lab of awkward) {
    for (const { pass, findings } of compare(lab, [built, built], quick)) {
      for (const { error, sameBits, ratio } of findings) {
        expect(error, `${lab.name}, ${pass}`).toBeLessThan(1e-5)
        expect(sameBits).toBe(true)
        expect(ratio.median).toBeGreaterThan(0)
      }
    }
  }
})

it('and sees a kernel that computes something else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-lab-'))
  try {
    await cp(kernels, folder, { recursive: true })
    const file = join(folder, 'optimizer.ts')
    const source = await readFile(file, 'utf8')
    const wrong = source.replaceAll('f32x4.sqrt', 'f32x4.abs')
    expect(wrong).not.toBe(source)
    await writeFile(file, wrong)
    const trial = {
      name: 'trial',
      module: new WebAssembly.Module((await compileKernels(folder, { shared: true })).binary),
    }
    const found = (name: string) =>
      cases
        .filter((lab) => lab.name === name)
        .flatMap((lab) => compare(lab, [built, trial], quick))
        .flatMap(({ findings }) => findings[1] ?? [])
    const [adam] = found('Adam, 3 x 5')
    expect(adam?.sameBits).toBe(false)
    expect(adam?.error).toBeGreaterThan(1e-4)
    const [pool] = found('max pool 2, 9 x 7 x 3, 5 images')
    expect(pool?.sameBits).toBe(true)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)
