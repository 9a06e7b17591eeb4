/**
 * The kernel lab: versions of the kernels side by side, each against the float64 reference, timed in turns on one core.
 *
 *     npm run bench:lab                                        # the kernels as they stand
 *     git worktree add ../before HEAD~1
 *     npm run bench:lab -- --against ../before/kernels         # and those of another commit
 *     npm run bench:lab -- --against ../trial --only conv      # or of a copy that something was tried in
 *
 * `--against` may be given several times. All are called as the engine of this tree calls its kernels, so they need the same
 * exports. Errors are in parts of the largest value; "bits" says whether a version has those of the first.
 */
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { compileKernels } from '../scripts/compile-kernels.js'
import { kernelNames } from '../src/engine/simd/exports.ts'
import { allocateMemory } from '../src/engine/simd/module.ts'
import { cases } from './lab/cases.ts'
import { compare, type Version } from './lab/compare.ts'
import { machine } from './machine.ts'
import { micro } from './rates.ts'
import { table } from './table.ts'

const { values } = parseArgs({
  options: { against: { type: 'string', multiple: true, default: [] }, only: { type: 'string' } },
})
const here = fileURLToPath(new URL('../kernels', import.meta.url))
const folders = [here, ...values.against.map((folder) => resolve(folder))]
const versions = await Promise.all(folders.map(versionOf))
const wanted = cases.filter(({ name }) => values.only === undefined || name.includes(values.only))
if (wanted.length === 0)
  throw new RangeError(`--only takes a part of a name: ${cases.map(({ name }) => name).join('; ')}`)

console.log(machine())
for (const [i, { name }] of versions.entries()) console.log(`${letter(i)}: ${name}`)
const head = ['', 'error A', 'us A', ...versions.slice(1).flatMap((_, i) => columnsOf(letter(i + 1)))]
const rows = wanted.flatMap((lab) =>
  compare(lab, versions).map(({ pass, findings }) => [
    `${lab.name}: ${pass}`,
    ...findings.flatMap(({ error, sameBits, time, ratio }, i) => {
      const own = [error.toExponential(1), micro(time.median)]
      const { median, least, most } = ratio
      const spread = `${median.toFixed(3)} (${least.toFixed(2)} to ${most.toFixed(2)})`
      return i === 0 ? own : [...own, spread, sameBits ? 'same' : 'other']
    }),
  ]),
)
console.log(`\n${table(head, rows)}`)

function columnsOf(name: string): string[] {
  return [`error ${name}`, `us ${name}`, `${name} / A`, `bits ${name}`]
}

function letter(index: number): string {
  return String.fromCharCode(65 + index)
}

async function versionOf(folder: string): Promise<Version> {
  if (!existsSync(join(folder, 'index.ts')))
    throw new RangeError(`${folder} has no index.ts: not a folder of kernels.`)
  const { binary } = await compileKernels(folder, { shared: true })
  const module = new WebAssembly.Module(binary)
  const { exports } = new WebAssembly.Instance(module, { env: { memory: allocateMemory(1) } })
  const missing = kernelNames.filter((name) => !Object.hasOwn(exports, name))
  if (missing.length > 0)
    throw new RangeError(`${folder} lacks ${missing.join(', ')}, which this tree calls.`)
  return { name: join(basename(dirname(folder)), basename(folder)), module }
}
