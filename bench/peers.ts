import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Start } from './contest.ts'
import type { Peer, Work } from './works.ts'

/** What a peer's script prints, one JSON object a line. */
interface PeerLine {
  readonly type: 'ready' | 'missing' | 'epoch' | 'done'
  readonly version: string
  readonly share?: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly testAccuracy: number
  readonly testRows: number
}

/** Starts every peer of a work that is installed. Python is ATELIER_PYTHON, or else python3; JavaScript runs in this Node. */
export async function startPeers(
  { peers }: Work,
  folder: string,
  threads: number,
  epochs: number,
): Promise<Start[]> {
  const able = peers.filter(({ oneThread = false }) => threads === 1 || !oneThread)
  return Promise.all(able.map((peer) => startPeer(peer, folder, threads, epochs)))
}

/** How a script is started, and what to do where its framework is missing. */
function programFor(script: string): { readonly program: string; readonly hint: string } {
  if (script.endsWith('.js')) return { program: process.execPath, hint: 'npm ci --prefix bench/peers' }
  const program = process.env['ATELIER_PYTHON'] ?? 'python3'
  return { program, hint: 'pip install -r bench/peers/requirements.txt' }
}

/**
 * A peer as a process of its own that trains an epoch whenever it is sent a line.
 *
 * @param folder plain IDX files
 */
export async function startPeer(
  { framework, script, oneNth = 1 }: Peer,
  folder: string,
  threads: number,
  epochs: number,
): Promise<Start> {
  const { program, hint } = programFor(script)
  const path = fileURLToPath(new URL(`./peers/${script}`, import.meta.url))
  const options = ['--data', folder, '--threads', String(threads), '--epochs', String(epochs), '--paced']
  if (oneNth !== 1) options.push('--one-nth', String(oneNth))
  const child = spawn(program, [path, ...options], { stdio: ['pipe', 'pipe', 'pipe'] })
  const failed = once(child, 'error').then(([error]) => String(error))
  let complaint = ''
  child.stderr.on('data', (text: Buffer) => {
    complaint = `${complaint}${text.toString()}`.slice(-2000)
  })
  child.stdin.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()

  /** The next line of this type; what else the script prints is not for us. */
  const expect = async (...types: readonly PeerLine['type'][]): Promise<PeerLine> => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done === true) throw new Error(`it ended early. ${complaint.trim().split('\n').at(-1) ?? ''}`)
      const line: PeerLine = value.startsWith('{') ? JSON.parse(value) : { type: undefined }
      if (types.includes(line.type)) return line
    }
  }

  const first = await Promise.race([expect('ready', 'missing').catch(String), failed])
  if (typeof first === 'string') {
    const reason = first.includes('ENOENT')
      ? `${framework} not installed (no "${program}"; set ATELIER_PYTHON)`
      : `${framework} does not start: ${first}`
    return { contestant: undefined, reason }
  }
  if (first.type === 'missing')
    return { contestant: undefined, reason: `${framework} not installed (${hint})` }
  return {
    contestant: {
      name: `${framework} ${first.version}`,
      threads,
      engine: null,
      share: first.share ?? 1,
      async epoch() {
        child.stdin.write('go\n')
        const { seconds, cpuSeconds } = await expect('epoch')
        return { seconds, cpuSeconds }
      },
      async finish() {
        const { testAccuracy, testRows } = await expect('done')
        return { testAccuracy, testRows }
      },
      async stop() {
        child.stdin.end()
        if (child.exitCode === null && child.signalCode === null) child.kill()
      },
    },
  }
}
