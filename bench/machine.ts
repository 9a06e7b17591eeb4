import { cpus, loadavg, totalmem } from 'node:os'

/** Where and when a table was measured, in one line: a number without it says nothing. */
export function machine(): string {
  const [first] = cpus()
  const features = process.platform === 'win32' ? '' : `, load before: ${(loadavg()[0] ?? 0).toFixed(1)}`
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const node = `Node ${process.versions.node} (V8 ${process.versions.v8})`
  const date = new Date().toISOString().slice(0, 10)
  return `${first?.model ?? 'unknown processor'}, ${cpus().length} cores, ${memory}, ${process.platform} ${process.arch}, ${node}, ${date}${features}`
}
