import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Contestant } from './contest.ts'
import type { Work } from './works.ts'

/** Whether a peer is there, and if not, the sentence that says so. */
export type PeerStart =
  | { readonly contestant: Contestant }
  | { readonly contestant: undefined; readonly reason: string }

/** What a peer's script prints, one JSON object a line. */
interface PeerLine {
  readonly type: 'ready' | 'missing' | 'epoch' | 'done'
  readonly version: string
  readonly seconds: number
  readonly cpuSeconds: number
  readonly testAccuracy: number
}

/** Starts every peer of a work that is installed. Python is ATELIER_PYTHON, or else python3. */
export function startPeers(
  { peers }: Work,
  folder: string,
  threads: number,
  epochs: number,
): Promise<PeerStart[]> {
  const python = process.env['ATELIER_PYTHON'] ?? 'python3'
  return Promise.all(
    peers.map(({ framework, script }) => startPeer(python, framework, script, folder, threads, epochs)),
  )
}

async function startPeer(
  python: string,
  framework: string,
  script: string,
  folder: string,
  threads: number,
  epochs: number,
): Promise<PeerStart> {
  const path = fileURLToPath(new URL(`./peers/${script}`, import.meta.url))
  const options = ['--data', folder, '--threads', String(threads), '--epochs', String(epochs), '--paced']
  const child = spawn(python, [path, ...options], { stdio: ['pipe', 'pipe', 'pipe'] })
  const failed = once(child, 'error').then(([error]) => String(error))
  let complaint = ''
  child.stderr.on('data', (text: Buffer) => {
    complaint += text.toString()
  })
  child.stdin.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()

  /** The next line of this type; what else the script prints is not for us. */
  const expect = async (...types: readonly PeerLine['type'][]): Promise<PeerLine> => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done === true) throw new Error(`${framework} ended early. ${complaint.trim()}`)
      const line: PeerLine = value.startsWith('{') ? JSON.parse(value) : { type: undefined }
      if (types.includes(line.type)) return line
    }
  }

  const first = await Promise.race([expect('ready', 'missing').catch(String), failed])
  if (typeof first === 'string') {
    const noPython = first.includes('ENOENT') ? ` (no "${python}"; set ATELIER_PYTHON)` : `: ${first}`
    return { contestant: undefined, reason: `${framework} not installed${noPython}` }
  }
  if (first.type === 'missing') return { contestant: undefined, reason: `${framework} not installed` }
  return {
    contestant: {
      name: `${framework} ${first.version}`,
      threads,
      async epoch() {
        child.stdin.write('go\n')
        const { seconds, cpuSeconds } = await expect('epoch')
        return { seconds, cpuSeconds }
      },
      async finish() {
        const { testAccuracy } = await expect('done')
        child.stdin.end()
        return testAccuracy
      },
    },
  }
}
