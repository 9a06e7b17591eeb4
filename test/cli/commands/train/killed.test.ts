import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { decodeSafetensors } from '../../../../src/base/safetensors.ts'
import { buildProgram } from '../../../../src/cli/program.ts'
import { call, lastLine, runsIn, temporaryFolders, writeBands } from '../../atelier.ts'

/** The write before which the process "is killed": nothing goes on after it. */
let killAt = Number.POSITIVE_INFINITY
let writes: string[] = []
let killed: () => void = () => {}
/** Of a process that has ended: another boot of this machine. */
let deadMark = ''

vi.mock('../../../../src/base/atomic.node.ts', async (original) => {
  const real = await original<typeof import('../../../../src/base/atomic.node.ts')>()
  return {
    ...real,
    writeFileAtomic: async (path: string, bytes: string | Uint8Array) => {
      writes.push(basename(path))
      // Without waiting for the disk.
      if (writes.length < killAt) return writeFile(path, bytes)
      if (writes.length === killAt) {
        const name = `.${basename(path)}.${deadMark}-01234567.tmp`
        await writeFile(join(dirname(path), name), bytes.slice(0, 9))
        killed()
      }
      return new Promise(() => {})
    },
  }
})

// In a small process, giving memory back at once takes a tenth of a second.
vi.mock('../../../../src/data/collect.node.ts', () => ({
  collectDeadBuffers: () => {},
  collectGarbage: () => {},
}))

// Drawing takes most of the time of such a training, and is tested elsewhere.
vi.mock('../../../../src/cli/shared/training/learningCurve.ts', () => ({
  drawLearningCurve: async (history: readonly { readonly loss: number }[]) => {
    const text = history.map(({ loss }) => loss).join(' ')
    return { svg: text, png: new TextEncoder().encode(text) }
  },
}))

const folder = temporaryFolders()
let data = ''
let initial = ''

beforeAll(async () => {
  data = await folder()
  await writeBands(data, { train: 150, test: 30 })
  // Each process that hangs in this one has a listener that would remove its lock.
  process.setMaxListeners(100)
  const { processMark } = await import('../../../../src/base/process.node.ts')
  const [machine, , ...rest] = processMark().split('-')
  deadMark = [machine, 'ffffffff', ...rest].join('-')
  const run = await call([...mlp, '--epochs', '1'], { cwd: data })
  initial = join(String(lastLine(run.stdout)['run']), 'weights.safetensors')
})
beforeEach(() => {
  killAt = Number.POSITIVE_INFINITY
  writes = []
})

const mlp = ['train', 'mlp', '--hidden', '7', '--batch', '50', '--threads', '1', '--json', '--data', '.']

const events: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM']

/** Runs a command until it is killed before a write. Returns whether it came to that. */
async function callUntilWrite(args: readonly string[], cwd: string, write: number): Promise<boolean> {
  killAt = write
  writes = []
  const before = process.cwd()
  const { write: print } = process.stdout
  const listeners = events.map((event) => new Set(process.listeners(event)))
  process.chdir(cwd)
  process.stdout.write = () => true
  try {
    return await Promise.race([
      buildProgram()
        .parseAsync([...args], { from: 'user' })
        .then(() => false),
      new Promise<boolean>((resolve) => {
        killed = () => resolve(true)
      }),
    ])
  } finally {
    process.stdout.write = print
    process.chdir(before)
    // A dead process listens to nothing.
    events.forEach((event, i) => {
      for (const each of process.listeners(event))
        if (listeners[i]?.has(each) !== true) process.removeListener(event, each)
    })
    killAt = Number.POSITIVE_INFINITY
    for (const run of await runsIn(cwd)) await die(run)
  }
}

/** The process that hangs in this one has a lock, which would be that of a dead one. */
async function die(run: string): Promise<void> {
  for (const name of await readdir(run)) {
    if (name.startsWith('.lock.')) await rename(join(run, name), join(run, `.lock.${deadMark}-01234567`))
  }
}

/** What is in a run folder, times apart. */
async function contents(run: string): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {}
  for (const name of (await readdir(run)).sort()) {
    const bytes = await readFile(join(run, name))
    const text = bytes.toString('utf8')
    if (name === 'history.csv') all[name] = text.replaceAll(/,[^,\n]*$/gm, '')
    else if (name === 'checkpoint.safetensors') all[name] = stateOf(bytes)
    else if (name.endsWith('.json')) all[name] = timeless(text)
    else all[name] = bytes.toString('hex')
  }
  return all
}

function timeless(text: string): unknown {
  return JSON.parse(text, (key, value: unknown) =>
    /^(seconds|epochSeconds|initFrom|data)$/.test(key) ? 0 : value,
  )
}

function stateOf(bytes: Uint8Array): unknown {
  const { tensors, metadata } = decodeSafetensors(bytes, '')
  return [timeless(metadata['atelier.checkpoint'] ?? ''), [...tensors]]
}

describe.each<[string, string[]]>([
  [
    'with held-out rows and initial weights',
    ['--epochs', '2', '--validation', '0.2', '--init-from', 'INITIAL'],
  ],
  ['with rare checkpoints', ['--epochs', '3', '--validation', '0.2', '--checkpoint-every', '2']],
])('a training %s, killed between any two files', (_name, flags) => {
  test('and resumed leaves the folder of one that was never killed', async () => {
    const args = [...mlp.slice(0, -1), data, ...flags.map((flag) => (flag === 'INITIAL' ? initial : flag))]
    const cwd = await folder()
    expect(await callUntilWrite(args, cwd, Number.POSITIVE_INFINITY)).toBe(false)
    const order = [...writes]
    const whole = await contents((await runsIn(cwd))[0] ?? '')
    expect(Object.keys(whole)).toEqual(expect.arrayContaining(['config.json', 'result.json', 'curve.png']))
    for (let write = 1; write <= order.length; write++) {
      const at = `before write ${write}, ${order[write - 1]}`
      const place = await folder()
      expect(await callUntilWrite(args, place, write), at).toBe(true)
      const [run = ''] = await runsIn(place)
      if (!(await readdir(run)).includes('config.json')) {
        const refused = await call(['train', '--resume', run], { cwd: place })
        expect(refused, at).toMatchObject({
          code: 2,
          stderr: expect.stringContaining('not the folder of a run'),
        })
        continue
      }
      const every = flags.includes('--checkpoint-every') ? ['--checkpoint-every', '2'] : []
      const resume = ['train', '--resume', run, '--threads', '1', '--json', ...every]
      // Some are killed again, at another place.
      if (write % 4 === 0) await callUntilWrite(resume, place, 1 + ((write * 5) % 11))
      const resumed = await call(resume, { cwd: place })
      expect(resumed, at).toMatchObject({ code: 0, stderr: '' })
      expect(await contents(run), at).toEqual(whole)
    }
  }, 240_000)
})

test('an extended run never has a result beside weights of another one', async () => {
  const cwd = await folder()
  const args = [...mlp.slice(0, -1), data, '--epochs', '1']
  for (let write = 1; ; write++) {
    await call(args, { cwd })
    const run = (await runsIn(cwd)).at(-1) ?? ''
    const before = await contents(run)
    const extend = ['train', '--resume', run, '--epochs', '2', '--threads', '1', '--json']
    if (!(await callUntilWrite(extend, cwd, write))) break
    const after = await contents(run)
    if (after['result.json'] !== undefined && after['weights.safetensors'] !== before['weights.safetensors'])
      expect(after['result.json'], `before write ${write}`).not.toEqual(before['result.json'])
  }
}, 240_000)
