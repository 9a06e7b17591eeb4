import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { fashionMnistFiles, fashionMnistSystemFolder } from '../../src/data/published.ts'
import { everyLayer } from '../../src/nn/everyLayer.ts'
import { layerSchema } from '../../src/nn/specs.ts'
import { describeSources } from '../../src/node.ts'
import { call, jsonLines, lastLine, readJson, startNode, temporaryFolders, writeBands } from './atelier.ts'

const folder = temporaryFolders()
const root = fileURLToPath(new URL('../..', import.meta.url))
let cwd = ''

beforeAll(async () => {
  cwd = await folder()
  await writeBands(cwd)
})

describe('atelier evaluate', () => {
  const train = (hidden: string) => [
    ...['train', 'mlp', '--data', '.', '--hidden', hidden, '--batch', '20', '--epochs', '1'],
    ...['--threads', '1', '--json'],
  ]
  let done: Record<string, unknown> = {}

  beforeAll(async () => {
    done = lastLine((await call(train('8'), { cwd })).stdout)
  })

  test('finds the data of the run and measures the same', async () => {
    const elsewhere = await folder()
    const run = String(done['run'])
    const [text, json] = await Promise.all([
      call(['evaluate', run, '--threads', '1'], { cwd: elsewhere }),
      call(['evaluate', run, '--json', '--threads', '2'], { cwd: elsewhere }),
    ])
    expect([text.code, text.stderr, json.code]).toEqual([0, '', 0])
    expect(text.stdout).toContain(`weights sha256 ${done['weightsSha256']}\n`)
    const { trainAccuracy, testAccuracy, testLoss, weightsSha256, confusion } = done
    expect(lastLine(json.stdout)).toMatchObject({
      type: 'evaluation',
      trainAccuracy,
      testAccuracy,
      testLoss,
      weightsSha256,
      confusion,
    })
  })

  test('says that the data have changed since', async () => {
    const data = await folder()
    await writeBands(data, {})
    const run = String(lastLine((await call(train('4'), { cwd: data })).stdout)['run'])
    const path = join(data, 't10k-images-idx3-ubyte')
    const bytes = Uint8Array.from(await readFile(path))
    bytes[16 + 64 + 5] = 255 - (bytes[16 + 64 + 5] ?? 0)
    await writeFile(path, bytes)
    const { code, stdout, stderr } = await call(['evaluate', run, '--threads', '1', '--json'], { cwd })
    expect([code, lastLine(stdout)['sameData']]).toEqual([0, false])
    expect(stderr).toMatch(/the data have changed since this run was trained/)
    expect(stderr.split('\n')).toHaveLength(2)
  })

  test('measures on other data of the same kind, and refuses another kind', async () => {
    const [same, other] = [await folder(), await folder()]
    await writeBands(same, { seed: 9 })
    await writeBands(other, { side: 9 })
    const run = String(done['run'])
    const measured = await call(['evaluate', run, '--data', same, '--threads', '1', '--json'], { cwd })
    expect(lastLine(measured.stdout)['dataset']).toBe(basename(same))
    expect(lastLine(measured.stdout)['testLoss']).not.toBe(done['testLoss'])
    const refused = await call(['evaluate', run, '--data', other, '--threads', '1'], { cwd })
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/64.*81/)
  })

  test('refuses damaged weights', async () => {
    const run = String(lastLine((await call(train('4'), { cwd })).stdout)['run'])
    const file = join(run, 'weights.safetensors')
    await writeFile(file, (await readFile(file)).subarray(0, 500))
    const { code, stderr } = await call(['evaluate', run, '--threads', '1'], { cwd })
    expect(stderr).toMatch(/weights\.safetensors: /)
    expect(code).toBe(1)
  })
})

describe('atelier gradcheck', () => {
  const args = ['gradcheck', '--data', '.', '--hidden', '6,5', '--batch', '4']

  test('shows each tensor and the check of the paper', async () => {
    const { code, stdout, stderr } = await call([...args, '--activation', 'tanh'], { cwd })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('MLP 6-5, tanh, 4 images of ')
    expect(stdout.match(/^dense_\d\.(weight|bias) .* right$/gm)).toHaveLength(6)
    expect(stdout).toMatch(/element \(0,0\)[\s\S]*dense_3\.weight/)
    expect(stdout).toContain('All gradients that were compared are right.')
  })

  test('--all compares every element, --samples so many', async () => {
    const report = async (...more: string[]) =>
      lastLine((await call([...args, '--json', ...more], { cwd })).stdout)
    const [all, some] = await Promise.all([report('--all'), report('--samples', '7')])
    const checked = (line: Record<string, unknown>): unknown =>
      JSON.parse(JSON.stringify(line['tensors']), (key, value) =>
        key === '' || typeof value !== 'object' ? value : value.compared + value.zeros + value.kinks,
      )
    expect(checked(all)).toEqual([384, 6, 30, 5, 15, 3])
    expect(checked(some)).toEqual([7, 6, 7, 5, 7, 3])
    expect(all).toMatchObject({ type: 'gradcheck', ok: true, synthetic: false })
  })

  test('ends with 1 when a gradient is wrong', async () => {
    const strict = await call([...args, '--tolerance', '1e-18'], { cwd })
    expect(strict.stdout).toMatch(/WRONG: dense_1\.weight/)
    expect([strict.code, strict.stderr]).toEqual([1, ''])
  })

  test('all: every type of layer, and needs no data', async () => {
    const types = new Set<string>(everyLayer.layers.map(({ type }) => type))
    expect([...types].sort()).toEqual(layerSchema.options.map(({ shape }) => shape.type.value).sort())
    const { code, stdout, stderr } = await call(['gradcheck', 'all', '--offline', '--samples', '5'], {
      cwd: await folder(),
    })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).not.toMatch(/SYNTHETIC|wrong|not compared/)
    expect(Number(/^largest relative error (\S+)$/m.exec(stdout)?.[1])).toBeLessThan(1e-6)
  })

  test('--engine checks the gradients of another engine, as it trains on such data', async () => {
    const dark = await folder()
    await writeBands(dark, { side: 8, dark: true })
    const run = [
      'gradcheck',
      '--data',
      dark,
      '--normalize',
      'standardize',
      '--hidden',
      '32',
      '--engine',
      'simd',
    ]
    const { code, stdout, stderr } = await call(run, { cwd: dark })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^MLP 32, .*, engine simd, sparse input, seed 1$/m)
    expect(stdout).toMatch(/^central differences in float64, .* errors .* largest gradient up to 1e-4 pass$/m)
    expect(stdout).toMatch(/^outputs differ from float64 by \d\.\d+e-[678] /m)
    const { stdout: json } = await call(
      ['gradcheck', 'all', '--engine', 'simd', '--samples', '5', '--json'],
      { cwd: dark },
    )
    expect(lastLine(json)).toMatchObject({ ok: true, engine: 'simd', sparseInput: false, tolerance: 1e-4 })
    expect(lastLine(json)['largestError']).toBeGreaterThan(1e-8)

    const strict = await call([...run, '--tolerance', '1e-12'], { cwd: dark })
    expect(strict.code).toBe(1)
    expect(strict.stdout).toMatch(/^WRONG: outputs, dense_1\.weight/m)
    const misspelt = await call([...args, '--engine', 'smid'], { cwd })
    expect(misspelt.code).toBe(2)
    expect(misspelt.stderr).toMatch(/^error: --engine: "smid" is unknown\. Did you mean "simd"\? /)
  })

  test('a network that has a name, and one from a configuration', async () => {
    const file = join(cwd, 'small.yaml')
    const layers = [
      ...[{ type: 'conv2d', filters: 2, kernelSize: 3, stride: 2 }, { type: 'tanh' }, { type: 'flatten' }],
      { type: 'dense', units: 3 },
    ]
    const config = {
      model: { type: 'layers', layers },
      optimizer: { type: 'adam' },
      normalize: 'scale',
      data: '.',
    }
    await writeFile(file, JSON.stringify(config))
    const small = ['--data', '.', '--filters', '2', '--units', '4']
    const [cnn, configured] = await Promise.all([
      call(['gradcheck', 'cnn', ...small, '--batch', '3', '--json'], { cwd }),
      call(['gradcheck', file, '--all', '--json'], { cwd }),
    ])
    const names = (text: string) =>
      z
        .array(z.looseObject({ name: z.string() }))
        .parse(lastLine(text)['tensors'])
        .map(({ name }) => name)
    expect(lastLine(cnn.stdout)).toMatchObject({
      ok: true,
      batch: 3,
      model: { type: 'cnn', filters: 2, units: 4 },
    })
    expect(names(cnn.stdout)).toEqual(
      ['conv2d_1', 'conv2d_2', 'dense_1', 'dense_2'].flatMap((name) => [`${name}.weight`, `${name}.bias`]),
    )
    expect(lastLine(configured.stdout)).toMatchObject({ ok: true, model: { layers }, samples: 'all' })
    expect(lastLine(configured.stdout)['largestError']).toBeLessThan(1e-6)
  })
})

describe('atelier data', () => {
  test('says what was found where, counts the classes and draws samples', async () => {
    const { code, stdout } = await call(
      ['data', '--data', '.', '--offline', '--show', 'grid.svg', '--per-class', '2'],
      { cwd },
    )
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\* --data {2}\. {2}other data$/m)
    expect(stdout).toMatch(/train-images-idx3-ubyte +600 x 8 x 8/)
    expect(stdout).toMatch(/download .* switched off/)
    expect(stdout).toMatch(/^all +600 +90$/m)
    const svg = await readFile(join(cwd, 'grid.svg'), 'utf8')
    expect(svg.match(/<image /g)).toHaveLength(6)
    expect(svg).not.toContain('SYNTHETIC')
    expect(svg).toContain('@font-face{font-family:Arimo;')
  })

  test('writes PNG too, and marks synthetic samples', async () => {
    const { stdout } = await call(['data', '--data', 'synthetic', '--show', 'grid.png'], { cwd })
    expect(stdout).toContain('SYNTHETIC DATA')
    expect((await readFile(join(cwd, 'grid.png'))).subarray(1, 4).toString()).toBe('PNG')
  })

  test('names the damaged file', async () => {
    const damaged = await folder()
    await writeBands(damaged)
    const file = join(damaged, 'train-labels-idx1-ubyte')
    await writeFile(file, (await readFile(file)).subarray(0, 100))
    const { code, stdout, stderr } = await call(['data', '--data', damaged, '--offline'], { cwd })
    expect(stdout).toMatch(/damaged: .*train-labels-idx1-ubyte/)
    expect(stderr).toMatch(/^error: .*train-labels-idx1-ubyte: truncated/)
    expect(code).toBe(1)
  })
})

describe('the examples run', () => {
  const example = (...args: string[]) =>
    startNode(['--import', 'tsx', ...args], { cwd: root, env: { ATELIER_DATA: cwd } }).ended

  test('train-mlp.ts and gradient-check.ts', async () => {
    const [training, check] = await Promise.all([
      example('examples/train-mlp.ts', '500'),
      example('examples/gradient-check.ts'),
    ])
    expect([training.code, training.stderr]).toEqual([0, ''])
    expect(training.stdout.match(/^epoch \d: test/gm)).toHaveLength(8)
    expect(training.stdout).toMatch(/^test accuracy [\d.]+ [0-9a-f]{64}$/m)
    expect([check.code, check.stdout.includes('all gradients are right')]).toEqual([0, true])
  })

  test.each([
    ['mlp.yaml', [], { batchSize: 200, l2: 3 }],
    [
      'cnn.yaml',
      ['--warmup-steps', '3'],
      { batchSize: 100, labelSmoothing: 0.05, augment: { flip: true, shift: 1 } },
    ],
  ])('%s', async (name, more, config) => {
    const file = join(root, 'examples', name)
    const small = ['--data', '.', '--limit', '600', '--epochs', '2', '--threads', '1', '--json']
    const ended = await call(['train', file, ...small, ...more], { cwd })
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    expect(jsonLines(ended.stdout)[0]).toMatchObject({ trainRows: 540, config })
  })
})

const { places } = await describeSources({ offline: true })
const found = places.find(({ fashionMnist }) => fashionMnist)
if (found === undefined)
  process.stderr.write(
    `\nSKIPPED: the test with real data. Fashion-MNIST is not on this machine: ${fashionMnistFiles.trainImages.name} is wanted in ${fashionMnistSystemFolder} or the cache.\n\n`,
  )

test.skipIf(found === undefined)(
  'real data: the paper stands beside the result of its own model',
  async () => {
    const directory = found?.place.path ?? ''
    const args = ['train', 'mlp', '--data', directory, '--epochs', '1', '--offline', '--out', 'real']
    const { stdout } = await call(args, { cwd })
    expect(stdout).toMatch(
      /test accuracy here [\d.]+ %, in the paper 87\.74 % \(section 4\.1\.4, figure 12, epoch 8\)\. Note the epochs: 1 here/,
    )
    const run = join(cwd, /saved in (\S+)/.exec(stdout)?.[1] ?? '')
    const result = await readJson(join(run, 'result.json'))
    expect(result).toMatchObject({
      dataset: 'Fashion-MNIST',
      synthetic: false,
      paper: { testAccuracy: 0.8774 },
    })
    expect(result['testAccuracy']).toBeGreaterThan(0.8)
    expect(await readFile(join(run, 'curve.svg'), 'utf8')).toContain('paper, section 4.1.4')
  },
)
