import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { fashionMnistFiles, fashionMnistSystemFolder } from '../../src/data/published.ts'
import { describeSources } from '../../src/node.ts'
import { atelier, jsonLines, lastLine, readJson, startNode, temporaryFolders, writeBands } from './atelier.ts'

const folder = temporaryFolders()
const root = fileURLToPath(new URL('../..', import.meta.url))
let cwd = ''

beforeAll(async () => {
  cwd = await folder()
  await writeBands(cwd)
})

describe('atelier evaluate', () => {
  let done: Record<string, unknown> = {}

  beforeAll(async () => {
    const args = ['train', 'mlp', '--data', '.', '--hidden', '8', '--batch', '20', '--epochs', '1', '--json']
    done = lastLine((await atelier(args, { cwd })).stdout)
  })

  test('finds the data of the run and measures the same', async () => {
    const elsewhere = await folder()
    const run = String(done['run'])
    const [text, json] = await Promise.all([
      atelier(['evaluate', run], { cwd: elsewhere }),
      atelier(['evaluate', run, '--json', '--threads', '2'], { cwd: elsewhere }),
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

  test('measures on other data of the same kind, and refuses another kind', async () => {
    const [same, other] = [await folder(), await folder()]
    await writeBands(same, { seed: 9 })
    await writeBands(other, { side: 9 })
    const run = String(done['run'])
    const measured = await atelier(['evaluate', run, '--data', same, '--json'], { cwd })
    expect(lastLine(measured.stdout)['dataset']).toBe(basename(same))
    expect(lastLine(measured.stdout)['testLoss']).not.toBe(done['testLoss'])
    const refused = await atelier(['evaluate', run, '--data', other], { cwd })
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/64.*81/)
  })

  test('refuses damaged weights', async () => {
    const args = ['train', 'mlp', '--data', '.', '--hidden', '4', '--batch', '20', '--epochs', '1', '--json']
    const run = String(lastLine((await atelier(args, { cwd })).stdout)['run'])
    const file = join(run, 'weights.safetensors')
    await writeFile(file, (await readFile(file)).subarray(0, 500))
    const { code, stderr } = await atelier(['evaluate', run], { cwd })
    expect(stderr).toMatch(/weights\.safetensors: /)
    expect(code).toBe(1)
  })
})

describe('atelier gradcheck', () => {
  const args = ['gradcheck', '--data', '.', '--hidden', '6,5', '--batch', '4']

  test('shows each tensor and the check of the paper', async () => {
    const { code, stdout, stderr } = await atelier([...args, '--activation', 'tanh'], { cwd })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.match(/^dense_\d\.(weight|bias) .* right$/gm)).toHaveLength(6)
    expect(stdout).toMatch(/element \(0,0\)[\s\S]*dense_3\.weight/)
    expect(stdout).toContain('All gradients that were compared are right.')
  })

  test('--all compares every element, --samples so many', async () => {
    const report = async (...more: string[]) =>
      lastLine((await atelier([...args, '--json', ...more], { cwd })).stdout)
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
    const strict = await atelier([...args, '--tolerance', '1e-18'], { cwd })
    expect(strict.stdout).toMatch(/WRONG: dense_1\.weight/)
    expect([strict.code, strict.stderr]).toEqual([1, ''])
  })
})

describe('atelier data', () => {
  test('says what was found where, counts the classes and draws samples', async () => {
    const { code, stdout } = await atelier(
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
  })

  test('writes PNG too, and marks synthetic samples', async () => {
    const { stdout } = await atelier(['data', '--data', 'synthetic', '--show', 'grid.png'], { cwd })
    expect(stdout).toContain('SYNTHETIC DATA')
    expect((await readFile(join(cwd, 'grid.png'))).subarray(1, 4).toString()).toBe('PNG')
  })

  test('names the damaged file', async () => {
    const damaged = await folder()
    await writeBands(damaged)
    const file = join(damaged, 'train-labels-idx1-ubyte')
    await writeFile(file, (await readFile(file)).subarray(0, 100))
    const { code, stdout, stderr } = await atelier(['data', '--data', damaged, '--offline'], { cwd })
    expect(stdout).toMatch(/damaged: .*train-labels-idx1-ubyte/)
    expect(stderr).toMatch(/^error: .*train-labels-idx1-ubyte: truncated/)
    expect(code).toBe(1)
  })
})

describe('the examples run', () => {
  const example = (...args: string[]) =>
    startNode(['--import', 'tsx', ...args], { cwd: root, env: { ATELIER_DATA: cwd } }).ended

  test('train-mlp.ts', async () => {
    const { code, stdout, stderr } = await example('examples/train-mlp.ts', '500')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.match(/^epoch \d: test/gm)).toHaveLength(8)
    expect(stdout).toMatch(/^test accuracy [\d.]+ [0-9a-f]{64}$/m)
  })

  test('gradient-check.ts', async () => {
    const { code, stdout } = await example('examples/gradient-check.ts')
    expect([code, stdout.includes('all gradients are right')]).toEqual([0, true])
  })

  test('mlp.yaml', async () => {
    const file = join(root, 'examples/mlp.yaml')
    const ended = await atelier(['train', file, '--data', '.', '--limit', '600', '--epochs', '2', '--json'], {
      cwd,
    })
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    expect(jsonLines(ended.stdout)[0]).toMatchObject({ trainRows: 540, config: { batchSize: 200, l2: 3 } })
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
    const { stdout } = await atelier(
      ['train', 'mlp', '--data', directory, '--epochs', '1', '--offline', '--out', 'real'],
      { cwd },
    )
    expect(stdout).toMatch(
      /test accuracy here [\d.]+ %, in the paper 87\.74 % \(section 4\.1\.4, epoch 8\)\. Note the epochs: 1 here/,
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
