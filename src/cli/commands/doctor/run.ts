import { plural } from '../../../base/format.ts'
import { print, printJson } from '../../shared/terminal/output.ts'
import { table } from '../../shared/terminal/table.ts'
import { examine, type Findings } from './findings.ts'

export interface DoctorFlags {
  readonly data?: string
  readonly json?: boolean
}

/** `atelier doctor`. @throws AtelierError */
export async function runDoctor(flags: DoctorFlags): Promise<void> {
  const findings = await examine(flags.data)
  if (flags.json === true) printJson({ type: 'doctor', ...findings })
  else print(findingsText(findings))
}

/** The findings as text: one line each, its name first. */
export function findingsText(found: Findings): string {
  const { blas, data, cache, wideVectors: wide } = found
  const memory = `${Math.round(found.memory / 2 ** 30)} GiB`
  const rows: [string, string][] = [
    ['atelier', `${found.version}, Node ${found.node} (V8 ${found.v8}), ${found.platform}`],
    ['processor', `${found.cpu}, ${plural(found.cores, 'core')}, ${memory}`],
    ['threads', `${found.threads} unless --threads says another number`],
    ['engine', 'simd unless --engine says another one'],
    ['auto', autoText(found)],
    ['simd', `${found.simdPeak.toFixed(0)} GFLOP/s on one core`],
    ['256-bit SIMD', `${wide.on ? 'on' : 'off'}: ${wide.why}`],
    ...(found.blasVariable === null ? [] : [['ATELIER_BLAS', found.blasVariable] satisfies [string, string]]),
  ]
  if (blas.found) {
    rows.push(['blas', `${blas.title}, ${blas.peak.toFixed(0)} GFLOP/s on one core; koffi ${blas.koffi}`])
    rows.push(['', blas.path])
    if (blas.version !== null) rows.push(['', blas.version.trim()])
    if (blas.possibleCoreType !== null)
      rows.push(['', `OPENBLAS_CORETYPE is set; without it, it would be ${blas.possibleCoreType}`])
  } else rows.push(['blas', blas.problem])
  rows.push(['data', data === null ? 'none yet; "atelier data" fetches it' : dataText(data)])
  for (const problem of found.dataProblems) rows.push(['', problem])
  rows.push(['cache', `${cache.path} (${cache.origin})`])
  return table(rows, { left: 2, shorten: [] })
}

function autoText({ auto, blas }: Findings): string {
  // The line of the BLAS says what is wrong with it.
  return blas.found ? `${auto.engine}: ${auto.why}` : `${auto.engine}, because there is no BLAS to call`
}

function dataText({ path, origin, fashionMnist }: NonNullable<Findings['data']>): string {
  return `${path} (${origin})${fashionMnist ? ', Fashion-MNIST' : ''}`
}
