import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { syntheticFashion } from '../../src/data/synthetic/syntheticFashion.ts'
import { train } from '../../src/index.ts'
import { calls } from '../engine/paths.ts'

vi.mock('../../src/engine/simd/module.ts', async (original) =>
  (await import('../engine/paths.ts')).watchedModule(await original()),
)

const chromium = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))
const root = new URL('../..', import.meta.url)

/** Everything that could differ between JavaScript engines: exp, random masks, square roots, augmentation. */
const config = {
  model: { type: 'cnn', dropout: 0.3, activation: 'tanh' },
  optimizer: { type: 'adam', learningRate: 0.001 },
  schedule: { type: 'cosine' },
  epochs: 2,
  batchSize: 64,
  augment: { flip: true, shift: 1 },
} as const
/** Its first layer leaves zeros out. */
const sparse = {
  model: { type: 'mlp', hidden: [33] },
  optimizer: { type: 'sgd', learningRate: 0.1 },
  epochs: 1,
} as const
const rows = { train: 500, test: 100 }

const page = `<!doctype html><meta charset="utf-8"><title>training</title>
<script type="importmap">{"imports": {"zod": "/node_modules/zod/index.js"}}</script>
<script type="module">
import { train } from '/dist/index.js'
import { syntheticFashion } from '/dist/data/synthetic/syntheticFashion.js'
const show = (text) => { document.body.textContent = text }
const data = syntheticFashion(${JSON.stringify(rows)})
const hashes = async () => {
  const { weightsSha256 } = await train(${JSON.stringify(config)}, data)
  return weightsSha256 + ' ' + (await train(${JSON.stringify(sparse)}, data)).weightsSha256
}
hashes().then((text) => show('sha256 ' + text), (error) => show('failed ' + error.stack))
</script><body>training</body>`

let server: Server
let address = ''
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (path === '/') return response.setHeader('content-type', 'text/html').end(page)
    try {
      const body = await readFile(new URL(`.${path}`, root))
      response
        .setHeader('content-type', extname(path) === '.js' ? 'text/javascript' : 'application/json')
        .end(body)
    } catch {
      response.writeHead(404).end()
    }
    return response
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (bound !== null && typeof bound === 'object') address = `http://127.0.0.1:${bound.port}/`
})
afterAll(() => server.close())

if (chromium === undefined)
  process.stderr.write(
    'SKIPPED: no Chromium found (CHROMIUM names one); Node and browser were not compared.\n',
  )

test.skipIf(chromium === undefined)('a training has the same bits in Chromium as in Node', async () => {
  const profile = await mkdtemp(join(tmpdir(), 'atelier-chromium-'))
  try {
    const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run']
    const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync']
    const run = ['--virtual-time-budget=100000', '--dump-dom', `--user-data-dir=${profile}`, address]
    const { stdout } = await promisify(execFile)(chromium ?? '', [...flags, ...quiet, ...run], {
      timeout: 50_000,
    })
    const here = await train(config, syntheticFashion(rows))
    const alsoHere = await train(sparse, syntheticFashion(rows))
    // Shapes and data decide what is left out, so the browser has gone the same ways.
    for (const way of [
      'winograd',
      'sparseGradients',
      'productOfZeros',
      'sparseProduct',
      'sparseProductGradient',
    ])
      expect(calls(way), way).toBeGreaterThan(0)
    expect(stdout).toContain(`sha256 ${here.weightsSha256} ${alsoHere.weightsSha256}`)
  } finally {
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
})
