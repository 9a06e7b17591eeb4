import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, normalize } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'

const run = promisify(execFile)
const packedSchema = z.tuple([
  z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }),
])
const manifestSchema = z.object({
  bin: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
  exports: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])),
  sideEffects: z.array(z.string()),
})

/** A project in which the package is installed from its tarball, its dependencies from this repository. */
let project = ''
let files: readonly string[] = []
let manifest: z.infer<typeof manifestSchema>
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'atelier-package-'))
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project])
  const [{ filename, files: packed }] = packedSchema.parse(JSON.parse(stdout))
  files = packed.map(({ path }) => path)
  const installed = join(project, 'node_modules/atelier')
  await mkdir(installed, { recursive: true })
  await run('tar', ['-xzf', join(project, filename), '-C', installed, '--strip-components', '1'])
  manifest = manifestSchema.parse(JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')))
  for (const name of [...Object.keys(manifest.dependencies), 'koffi', '@types/node']) {
    const link = join(project, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(process.cwd(), 'node_modules', name), link)
  }
  await writeFile(join(project, 'package.json'), '{ "type": "module" }')
})
afterAll(() => rm(project, { recursive: true, force: true }))

describe('the packed files', () => {
  it('are all that package.json names', () => {
    const targets = Object.values(manifest.exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    )
    const named = [...targets, ...Object.values(manifest.bin), ...manifest.sideEffects].map((path) =>
      normalize(path),
    )
    expect(named.filter((path) => !files.includes(path))).toEqual([])
  })

  it('are all that pages of the package link to', async () => {
    const missing: string[] = []
    for (const page of files.filter((path) => path.endsWith('.md'))) {
      const text = await readFile(join(project, 'node_modules/atelier', page), 'utf8')
      for (const [, link = ''] of text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)) {
        if (/^[a-z]+:/.test(link)) continue
        const target = normalize(join(dirname(page), link))
        if (!files.some((path) => path === target || path.startsWith(`${target}/`)))
          missing.push(`${page}: ${link}`)
      }
    }
    expect(missing).toEqual([])
  })

  it('name no source maps that are not there, and hold nothing of tests or of the build', async () => {
    expect(files.filter((path) => /\.map$|tsbuildinfo|^test\/|^src\/|^runs\//.test(path))).toEqual([])
    const text = await readFile(join(project, 'node_modules/atelier/dist/index.js'), 'utf8')
    expect(text).not.toContain('sourceMappingURL')
  })
})

describe('every entry of the package', () => {
  it('loads in Node', async () => {
    const entries = Object.keys(manifest.exports).filter((entry) => entry !== './thread')
    const script = `for (const entry of ${JSON.stringify(entries)}) {
      const name = entry.replace(/^\\./, 'atelier')
      const options = entry.endsWith('.json') ? { with: { type: 'json' } } : {}
      console.log(entry, Object.keys(await import(name, options)).length > 0)
    }`
    await writeFile(join(project, 'load.mjs'), script)
    const { stdout } = await run(process.execPath, ['--no-warnings', 'load.mjs'], { cwd: project })
    expect(stdout.trim().split('\n')).toEqual(entries.map((entry) => `${entry} true`))
  })

  it.each(['.', './thread'])('that is for browsers can be bundled for one: %s', async (entry) => {
    const name = entry.replace(/^\./, 'atelier')
    const { outputFiles } = await build({
      stdin: { contents: `export * from '${name}'`, resolveDir: project },
      platform: 'browser',
      format: 'esm',
      bundle: true,
      write: false,
      logLevel: 'silent',
    })
    expect(outputFiles[0]?.text).toContain('WebAssembly')
  })

  it('has types that a strict program can use', { timeout: 240_000 }, async () => {
    await writeFile(join(project, 'program.ts'), consumer)
    const compilerOptions = {
      target: 'es2023',
      lib: ['es2023', 'dom'],
      module: 'nodenext',
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: true,
    }
    await writeFile(
      join(project, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['program.ts'] }),
    )
    const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc')
    const { stdout } = await run(process.execPath, [tsc, '-p', project]).catch(
      (error: { stdout: string }) => error,
    )
    expect(stdout).toBe('')
  })
})

it('the command of the package runs', async () => {
  const command = join(project, 'node_modules/atelier', manifest.bin['atelier'] ?? '')
  const { stdout } = await run(process.execPath, [command, '--version'], { cwd: project })
  expect(stdout).toMatch(/^\d+\.\d+\.\d+/)
  expect(await readdir(project)).not.toContain('runs')
})

const consumer = `
import { createDataset, type Dataset, type EpochEvent, parseIdx, pairExamples, syntheticFashion, type TrainingInput, train } from 'atelier'
import { loadDataset } from 'atelier/node'
import { type StudyInput, studyConfig } from 'atelier/study'
import { toSvg } from 'atelier/plot'
import { type Published, publishedSchema } from 'atelier/report'
import { reproductionStudy } from 'atelier/reproduction'

const config: TrainingInput = {
  model: { type: 'layers', layers: [{ type: 'conv2d', filters: 8, kernelSize: 3 }, { type: 'dense', units: 10 }] },
  optimizer: { type: 'adam' },
  schedule: { type: 'cosine', final: 0.1 },
  augment: { flip: true },
}
const study: StudyInput = {
  name: 'rates',
  base: { model: { type: 'mlp', hidden: [8] }, optimizer: { type: 'sgd' } },
  axes: { 'optimizer.learningRate': [0.1, 0.2] },
}
const dataset: Dataset = syntheticFashion({ train: 100, test: 10 })
const result = await train(config, createDataset(dataset), { threads: 2, threadUrl: new URL('file:///thread.js') })
const accuracy: number | undefined = result.test?.accuracy
export const onEpoch = ({ record }: EpochEvent): number => record.loss
export { accuracy, loadDataset, pairExamples, parseIdx, type Published, publishedSchema, reproductionStudy, studyConfig, study, toSvg }
`
