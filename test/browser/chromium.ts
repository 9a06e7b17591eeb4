import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'

/** Where Chromium is; undefined where there is none. */
export const chromiumPath = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))

export type Fields = Readonly<Record<string, unknown>>

/** One page of a headless Chromium, driven by its DevTools protocol over a pipe. */
export class Page {
  private readonly process: ChildProcess
  private readonly profile: string
  private readonly input: Writable
  private session: string | undefined
  private last = 0
  private readonly waiting = new Map<number, (answer: Fields) => void>()
  /** What the browser has said, in its order: `{ method, params }`. */
  readonly events: Fields[] = []

  private constructor(process: ChildProcess, profile: string) {
    this.process = process
    this.profile = profile
    const [, , , input, output] = process.stdio
    if (!(input instanceof Writable && output instanceof Readable)) throw new Error('Chromium has no pipes.')
    this.input = input
    let rest = ''
    output.setEncoding('utf8')
    output.on('data', (piece: string) => {
      const messages = (rest + piece).split('\0')
      rest = messages.pop() ?? ''
      for (const message of messages) this.take(JSON.parse(message))
    })
  }

  static async open(path: string): Promise<Page> {
    const profile = await mkdtemp(join(tmpdir(), 'atelier-chromium-'))
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--hide-scrollbars']
    const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync']
    const pipe = ['--remote-debugging-pipe', `--user-data-dir=${profile}`]
    const child = spawn(path, [...flags, ...quiet, ...pipe], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    })
    const page = new Page(child, profile)
    const { targetId } = await page.send('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await page.send('Target.attachToTarget', { targetId, flatten: true })
    page.session = String(sessionId)
    for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await page.send(`${domain}.enable`)
    return page
  }

  /** The result of a command; rejects when the browser refuses it. */
  async send(method: string, params: Fields = {}): Promise<Fields> {
    const id = ++this.last
    const answer = new Promise<Fields>((resolve) => this.waiting.set(id, resolve))
    const to = this.session === undefined ? {} : { sessionId: this.session }
    this.input.write(`${JSON.stringify({ id, method, params, ...to })}\0`)
    const { result, error } = await answer
    if (!isFields(result)) throw new Error(`${method}: ${JSON.stringify(error)}`)
    return result
  }

  /** Goes to an address and waits until all of it is there. */
  async load(url: string): Promise<void> {
    const before = this.events.length
    await this.send('Page.navigate', { url })
    while (!this.events.slice(before).some(({ method }) => method === 'Page.loadEventFired'))
      await new Promise((resolve) => setTimeout(resolve, 10))
  }

  /** The value of an expression in the page, of a promise the value that it gets. */
  async evaluate(expression: string): Promise<unknown> {
    const how = { returnByValue: true, awaitPromise: true }
    const { result } = await this.send('Runtime.evaluate', { expression, ...how })
    return isFields(result) ? result['value'] : undefined
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGKILL')
    await ended
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 })
  }

  private take(message: unknown): void {
    if (!isFields(message)) return
    const { id } = message
    if (typeof id !== 'number') this.events.push(message)
    else this.waiting.get(id)?.(message)
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
