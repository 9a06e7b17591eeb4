import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { syntheticFashion, train } from '../../src/index.ts'
import { bundle } from '../package/bundle.ts'
import { chromiumPath, Page } from './chromium.ts'

if (chromiumPath === undefined)
  process.stderr.write(
    'SKIPPED: no Chromium found (CHROMIUM names one); threads in a browser were not tried.\n',
  )

const rows = { train: 200, test: 50 }
const config = {
  model: { type: 'mlp', hidden: [32] },
  optimizer: { type: 'sgd', learningRate: 0.1 },
  epochs: 2,
  batchSize: 50,
} as const

/** What is bundled for the page and for its worker. */
const program = `
  import { fastestEngine, syntheticFashion, train } from 'atelier'
  const data = syntheticFashion(${JSON.stringify(rows)})
  export const engine = () => fastestEngine().engine
  export async function run(options) {
    let start
    const onEvent = (event) => { if (event.type === 'start') start = event }
    try {
      const { weightsSha256 } = await train(${JSON.stringify(config)}, data, { ...options, onEvent })
      return { threads: start.threads, fewerThreads: start.fewerThreads, weightsSha256 }
    } catch (error) {
      return { name: error.name, message: error.message }
    }
  }`
const inPage = `${program}
  Object.assign(globalThis, { run, engine })
  globalThis.inWorker = (script, options) => new Promise((resolve) => {
    const worker = new Worker(script, { type: 'module' })
    worker.addEventListener('message', ({ data }) => { worker.terminate(); resolve(data) })
    worker.postMessage(options)
  })`
const inWorker = `${program}
  addEventListener('message', async ({ data }) => postMessage(await run(data)))`
/** As bundlers and pages define it for packages that look for Node. */
const polyfill = `globalThis.process = { env: {}, browser: true, versions: { node: '22.0.0' }, nextTick: queueMicrotask }\n`
const html = (script: string): string =>
  `<!doctype html><meta charset="utf-8"><title>threads</title><script type="module" src="${script}"></script>`

const files = new Map<string, string>()
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}
let server: Server
let address = ''
let expected = ''
beforeAll(async () => {
  const forBrowser = async (source: string): Promise<string> =>
    (await bundle(source, { platform: 'browser' })).text
  const [page, worker, thread] = [
    await forBrowser(inPage),
    await forBrowser(inWorker),
    await forBrowser('import "atelier/thread"'),
  ]
  files.set('/page.html', html('/page.js')).set('/page.js', page)
  files.set('/polyfilled.html', html('/polyfilled.js')).set('/polyfilled.js', polyfill + page)
  files
    .set('/worker.js', worker)
    .set('/polyfilledWorker.js', polyfill + worker)
    .set('/thread.js', thread)
  files.set('/beside/worker.js', worker).set('/beside/thread.browser.js', thread)
  server = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
    const text = files.get(pathname)
    if (text === undefined) return response.writeHead(404).end()
    const type = pathname.endsWith('.html') ? 'text/html' : 'text/javascript'
    return response
      .writeHead(200, { 'content-type': type, ...(search === '?plain' ? {} : isolation) })
      .end(text)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (bound !== null && typeof bound === 'object') address = `http://127.0.0.1:${bound.port}`
  expected = (await train(config, syntheticFashion(rows))).weightsSha256
})
afterAll(() => server.close())

describe.skipIf(chromiumPath === undefined)('threads asked for in Chromium', () => {
  let page: Page
  beforeAll(async () => {
    page = await Page.open(chromiumPath ?? '')
  })
  afterAll(() => page.close())

  it('are one on a page that is not isolated, and the start event says why', async () => {
    await page.load(`${address}/page.html?plain`)
    expect(await page.evaluate('run({ threads: 2 })')).toEqual({
      threads: 1,
      fewerThreads: expect.stringContaining('Cross-Origin-Opener-Policy: same-origin'),
      weightsSha256: expected,
    })
  })

  it('are one on the main thread of an isolated page, which must not wait', async () => {
    await page.load(`${address}/page.html`)
    expect(await page.evaluate('crossOriginIsolated')).toBe(true)
    expect(await page.evaluate('run({ threads: 2 })')).toEqual({
      threads: 1,
      fewerThreads: 'the main thread of a page cannot wait for other threads: train in a worker',
      weightsSha256: expected,
    })
  })

  it.each([
    ['given by its address', '/worker.js', { threadUrl: '/thread.js' }],
    ['beside the bundle', '/beside/worker.js', {}],
    ['with a process that is not that of Node', '/polyfilledWorker.js', { threadUrl: '/thread.js' }],
  ])('are several in a worker: a script %s', async (_, script, options) => {
    await page.load(`${address}/page.html`)
    const call = `inWorker('${script}', ${JSON.stringify({ threads: 3, ...options })})`
    expect(await page.evaluate(call)).toEqual({ threads: 3, weightsSha256: expected })
  })

  it.each([{}, { threadUrl: '/nothing.js' }])(
    'are one clear error where the script does not load: %j',
    async (options) => {
      await page.load(`${address}/page.html`)
      const call = `inWorker('/worker.js', ${JSON.stringify({ threads: 2, ...options })})`
      const failure = await page.evaluate(call)
      expect(failure).toEqual({
        name: 'EngineError',
        message: expect.stringMatching(
          /^threads: thread 1 could not be started: its script did not load.* In a bundle, make "atelier\/thread" an entry of its own and give its address as the option threadUrl/,
        ),
      })
    },
  )

  it('with a polyfilled process: the page is a browser all the same, and has no BLAS', async () => {
    await page.load(`${address}/polyfilled.html`)
    expect(await page.evaluate('run({ threads: 2 })')).toMatchObject({ threads: 1, weightsSha256: expected })
    expect(await page.evaluate('engine()')).toBe('simd')
    expect(await page.evaluate(`run({ engine: 'blas' })`)).toEqual({
      name: 'EngineError',
      message: 'engine blas: a browser has no BLAS. Use the engine simd.',
    })
  })
})
