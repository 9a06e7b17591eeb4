import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { decodeSafetensors } from '../../../../src/base/safetensors.ts'
import { defaultConfig } from '../../../../src/cli/shared/config/models.ts'
import { improvedLine } from '../../../../src/cli/shared/training/textView.ts'
import {
  atelier,
  call,
  jsonLines,
  lastLine,
  readJson,
  runsIn,
  start,
  temporaryFolders,
  writeBands,
} from '../../atelier.ts'

const folder = temporaryFolders()
let data = ''

beforeAll(async () => {
  data = await folder()
  await writeBands(data)
  await writeFile(join(data, 'classes.txt'), 'top\nmiddle\nbottom\n')
})

const settings = ['--hidden', '8', '--batch', '20', '--epochs', '2', '--lr', '0.1', '--threads', '1']
const mlp = () => ['train', 'mlp', '--data', data, ...settings]

test('a training prints plain lines, the result and where it was saved, and fills the run folder', async () => {
  const cwd = await folder()
  const { code, stdout, stderr } = await atelier(mlp(), { cwd })
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).not.toContain('\u001b')
  expect(stdout).not.toContain('\r')
  expect(stdout).toMatch(/dense_1 \(dense\) +8 +520\n/)
  expect(stdout).toMatch(/parameters: 547\n/)
  expect(stdout.match(/^epoch \d\/2 .*train .*test .*s$/gm)).toHaveLength(2)
  expect(stdout).toMatch(/test accuracy +[\d.]+ % +loss/)
  expect(stdout).toMatch(/^0 top +\d+ +\d+ +\d+ +[\d.]+ %$/m)
  expect(stdout).not.toMatch(/paper|SYNTHETIC/)

  const [run = ''] = await runsIn(cwd)
  expect(stdout).toContain(`saved in runs/${basename(run)}\n`)
  expect(basename(run)).toMatch(/^\d{8}-\d{6}-mlp-8$/)
  expect((await readdir(run)).sort()).toEqual([
    'checkpoint.safetensors',
    'config.json',
    'curve.png',
    'curve.svg',
    'history.csv',
    'history.json',
    'result.json',
    'weights.safetensors',
  ])
  const config = await readJson(join(run, 'config.json'))
  expect(config).toMatchObject({ data, dataset: basename(data), synthetic: false, engine: 'simd' })
  expect(config['config']).toMatchObject({ batchSize: 20, epochs: 2, model: { hidden: [8] } })
  const result = await readJson(join(run, 'result.json'))
  expect(result).toMatchObject({ epochs: 2, synthetic: false, classes: ['top', 'middle', 'bottom'] })
  const csv = (await readFile(join(run, 'history.csv'), 'utf8')).split('\r\n')
  expect(csv[0]).toContain('epoch,learningRate,runningLoss')
  expect(csv).toHaveLength(4)
  expect(await readFile(join(run, 'curve.svg'), 'utf8')).toContain('learning rate 0.1')
  expect((await readFile(join(run, 'curve.png'))).subarray(1, 4).toString()).toBe('PNG')
  const { tensors } = decodeSafetensors(await readFile(join(run, 'weights.safetensors')), 'weights')
  expect(tensors.get('dense_1.weight')?.shape).toEqual([64, 8])
})

test('--json prints one object a line and nothing else, the last with the result', async () => {
  const cwd = await folder()
  const { code, stdout, stderr } = await call([...mlp(), '--json', '--out', 'elsewhere'], { cwd })
  expect([code, stderr]).toEqual([0, ''])
  const lines = jsonLines(stdout)
  const types = lines.map(({ type }) => type)
  expect(types[0]).toBe('start')
  expect(types.filter((type) => type !== 'progress')).toEqual(['start', 'epoch', 'epoch', 'done'])
  const done = lastLine(stdout)
  expect(done).toMatchObject({ type: 'done', synthetic: false })
  expect(done['epochSeconds']).toEqual([expect.any(Number), expect.any(Number)])
  for (const key of ['trainAccuracy', 'testAccuracy', 'trainLoss', 'testLoss'])
    expect(done[key]).toEqual(expect.any(Number))
  expect(done['testAccuracy']).toBeGreaterThan(0.8)
  expect(done['weightsSha256']).toMatch(/^[0-9a-f]{64}$/)
  const run = String(done['run'])
  expect(run.startsWith(join(cwd, 'elsewhere'))).toBe(true)
  expect(await readJson(join(run, 'result.json'))).toMatchObject({ weightsSha256: done['weightsSha256'] })
})

test('the weights do not depend on the number of threads, but on the seed', async () => {
  const cwd = await folder()
  const hash = async (...more: string[]) =>
    lastLine((await call([...mlp(), '--json', ...more], { cwd })).stdout)['weightsSha256']
  const [two, three, one, other] = await Promise.all([
    hash('--threads', '2'),
    hash('--threads', '3'),
    hash('--threads', '1'),
    hash('--threads', '1', '--seed', '2'),
  ])
  expect(one).toMatch(/^[0-9a-f]{64}$/)
  expect([two, three]).toEqual([one, one])
  expect(other).not.toBe(one)
})

test('a configuration file trains the same as options; options win over it; data is found beside it', async () => {
  const cwd = await folder()
  await writeBands(join(cwd), {})
  const yaml = `model: {type: mlp, hidden: [8]}\noptimizer: {type: sgd, learningRate: 0.1}\nbatchSize: 20\nepochs: 9\ndata: .\n`
  await writeFile(join(cwd, 'mine.yaml'), yaml)
  const elsewhere = await folder()
  const file = join(cwd, 'mine.yaml')
  const [byFile, byOptions] = await Promise.all([
    call(['train', file, '--epochs', '2', '--threads', '1', '--json'], { cwd: elsewhere }),
    call([...mlp(), '--json'], { cwd: elsewhere }),
  ])
  expect([byFile.code, byFile.stderr]).toEqual([0, ''])
  expect(lastLine(byFile.stdout)['weightsSha256']).toBe(lastLine(byOptions.stdout)['weightsSha256'])
})

test('--quiet prints only the result', async () => {
  const { stdout } = await call([...mlp(), '--quiet'], { cwd: await folder() })
  expect(stdout).toMatch(/^train accuracy .*\ntest accuracy .*\nsaved in .*\n$/)
})

test('every option reaches the training', async () => {
  const options = [
    ...['--activation', 'tanh', '--momentum', '0.5', '--nesterov', '--l2', '3', '--normalize', 'scale'],
    ...['--limit', '300', '--no-shuffle', '--seed', '7', '--engine', 'reference', '--validation', '0.2'],
  ]
  const { code, stdout } = await call([...mlp(), ...options, '--json'], { cwd: await folder() })
  expect(code).toBe(0)
  const [begun = {}] = jsonLines(stdout)
  expect(begun).toMatchObject({ engine: 'reference', threads: 1, trainRows: 240, validationRows: 60 })
  expect(begun['config']).toMatchObject({
    model: { type: 'mlp', hidden: [8], activation: 'tanh' },
    optimizer: { type: 'sgd', learningRate: 0.1, momentum: 0.5, nesterov: true },
    batchSize: 20,
    epochs: 2,
    l2: 3,
    normalize: 'scale',
    limit: 300,
    shuffle: false,
    seed: 7,
    validation: 0.2,
  })
})

test('--validation holds rows out, tells about them and keeps the weights of the best epoch', async () => {
  const cwd = await folder()
  const { stdout } = await call([...mlp(), '--validation', '0.1', '--json'], { cwd })
  const lines = jsonLines(stdout)
  expect(lines[0]).toMatchObject({ trainRows: 540, validationRows: 60, testRows: 90 })
  expect(lines.some(({ type }) => type === 'improved')).toBe(true)
  expect(lastLine(stdout)).toMatchObject({ validationAccuracy: expect.any(Number) })
  const [run = ''] = await runsIn(cwd)
  const { tensors } = decodeSafetensors(await readFile(join(run, 'best.safetensors')), 'best')
  expect(tensors.has('dense_2.bias')).toBe(true)
})

test('--init-from starts from saved weights and refuses those of another model', async () => {
  const cwd = await folder()
  const first = lastLine((await call([...mlp(), '--json'], { cwd })).stdout)
  const weights = join(String(first['run']), 'weights.safetensors')
  const again = await call([...mlp(), '--init-from', weights, '--json'], { cwd })
  const epoch = jsonLines(again.stdout).find(({ type }) => type === 'epoch') ?? {}
  expect(Number(epoch['loss'])).toBeLessThan(Number(first['trainLoss']) * 1.5)
  const other = await call([...mlp(), '--hidden', '9', '--init-from', weights], { cwd })
  expect(other.stderr).toMatch(/"dense_1\.weight" is 64 x 8 in the file, the model wants 64 x 9/)
  expect(other.code).toBe(1)
})

test('everything made with the synthetic set says so', async () => {
  const cwd = await folder()
  const settings = ['--hidden', 'none', '--limit', '400', '--epochs', '1', '--threads', '1']
  const args = ['train', 'mlp', '--data', 'synthetic', ...settings]
  const [text, json] = await Promise.all([
    call(args, { cwd }),
    call([...args, '--json', '--out', 'json'], { cwd }),
  ])
  expect(text.stdout).toContain('SYNTHETIC DATA')
  expect(text.stdout).not.toContain('paper')
  expect(text.stderr).toContain('SYNTHETIC DATA')
  expect(json.stderr).toContain('SYNTHETIC DATA')
  for (const line of [jsonLines(json.stdout)[0], lastLine(json.stdout)])
    expect(line).toMatchObject({ synthetic: true, dataset: 'synthetic garments' })
  const [run = ''] = await runsIn(cwd)
  expect(run).toMatch(/-mlp-linear-synthetic$/)
  expect(await readJson(join(run, 'config.json'))).toMatchObject({ synthetic: true })
  expect(await readJson(join(run, 'result.json'))).toMatchObject({ synthetic: true })
  expect(await readFile(join(run, 'curve.svg'), 'utf8')).toContain('SYNTHETIC DATA')
})

test('a reader that goes away ends the training without a word, saved', async () => {
  const cwd = await folder()
  const running = start([...mlp(), '--epochs', '100000', '--json'], { cwd })
  await running.until('stdout', (text) => text.includes('"epoch"'))
  running.child.stdout?.destroy()
  const { code, stderr } = await running.ended
  expect([code, stderr]).toEqual([141, ''])
  const [run = ''] = await runsIn(cwd)
  expect(await readdir(run)).toContain('checkpoint.safetensors')
})

describe('convolutional networks', () => {
  const tiny = () => ['--data', data, '--batch', '20', '--limit', '120', '--epochs', '2', '--threads', '1']

  test('"cnn" is the network of the paper, "cnn-best" another; options change them', async () => {
    const cwd = await folder()
    const small = ['--filters', '3', '--units', '5', '--dropout', '0.25', '--activation', 'gelu']
    const [cnn, best] = await Promise.all([
      call(['train', 'cnn', ...tiny(), ...small, '--json'], { cwd }),
      call(['train', 'cnn-best', ...tiny(), '--units', '6', '--json', '--out', 'best'], { cwd }),
    ])
    expect([cnn.code, cnn.stderr, best.code, best.stderr]).toEqual([0, '', 0, ''])
    const changed = { batchSize: 20, epochs: 2, limit: 120 }
    expect(jsonLines(cnn.stdout)[0]).toMatchObject({
      // 8 x 8: 3 * 10 + 3 * 28 weights and biases of the convolutions, 4 * 3 values into 5 units, 5 into 3 classes.
      parameters: 30 + 84 + 65 + 18,
      config: {
        ...defaultConfig('cnn'),
        ...changed,
        model: { filters: 3, kernelSize: 3, units: 5, dropout: 0.25, activation: 'gelu' },
      },
    })
    expect(jsonLines(best.stdout)[0]).toMatchObject({
      config: { ...defaultConfig('cnn-best'), ...changed, model: { type: 'cnn-best', units: 6 } },
    })
    const [run = ''] = await runsIn(cwd)
    expect(basename(run)).toMatch(/-cnn-dropout-0\.25$/)
    expect(await readJson(join(run, 'result.json'))).toMatchObject({ status: 'finished', epochs: 2 })
  })

  test('tells when the held-out rows improve, what ends the training, and where the weights are from', async () => {
    const cwd = await folder()
    // At this rate the loss on the held-out rows falls for some epochs, and then jumps.
    const options = ['--filters', '2', '--units', '4', '--optimizer', 'sgd', '--lr', '0.3', '--epochs', '30']
    const args = ['train', 'cnn', ...tiny(), ...options, '--validation', '0.2', '--patience', '2']
    const { code, stdout } = await call(args, { cwd })
    expect(code).toBe(0)
    const lines = [
      ...stdout.matchAll(/^Epoch (\d+): val_loss improved from (\S+) to (\S+), saving best\.safetensors$/gm),
    ]
    expect(lines[0]?.slice(1, 3)).toEqual(['1', 'inf'])
    expect(lines.length).toBeGreaterThan(1)
    // Each line goes on where the one before ended.
    expect(lines.slice(1).map(([, , from]) => from)).toEqual(lines.slice(0, -1).map(([, , , to]) => to))
    const best = Number(lines.at(-1)?.[1])
    const last = best + 2
    expect(stdout).toContain(
      `Epoch ${last}: early stopping, no epoch after epoch ${best} did better on the held-out rows.\n`,
    )
    expect(stdout).toContain(`The weights are those of epoch ${best}, the best on the held-out rows.\n`)
    expect(stdout.match(/^epoch +\d+\/30 /gm)).toHaveLength(last)
    const [run = ''] = await runsIn(cwd)
    expect(await readJson(join(run, 'result.json'))).toMatchObject({
      status: 'finished',
      epochs: last,
      bestEpoch: best,
      weightsEpoch: best,
    })
    const [weights, saved] = await Promise.all(
      ['weights', 'best'].map(async (name) =>
        decodeSafetensors(await readFile(join(run, `${name}.safetensors`)), name),
      ),
    )
    expect(weights?.tensors).toEqual(saved?.tensors)
  })
})

describe('the line of a better epoch', () => {
  test('is the one that Keras prints', () => {
    expect(improvedLine({ epoch: 3, monitor: 'loss', from: 0.370361, to: 0.364644 })).toBe(
      'Epoch 3: val_loss improved from 0.37036 to 0.36464, saving best.safetensors',
    )
    expect(improvedLine({ epoch: 1, monitor: 'accuracy', from: null, to: 0.875 })).toBe(
      'Epoch 1: val_accuracy improved from -inf to 0.87500, saving best.safetensors',
    )
  })
})
