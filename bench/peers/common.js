// What the peers in JavaScript have in common, as common.py has it for those in Python: the work, the data, the clock
// and the lines they print.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'

export const WIDTHS = [784, 128, 128, 10]
export const BATCH = 400
export const RATE = 0.2

export const SIDE = 28
export const FILTERS = 8
export const KERNEL = 3
export const UNITS = 128
export const CLASSES = 10
export const FLAT = ((SIDE - 2 * (KERNEL - 1)) / 2) ** 2 * FILTERS
export const CNN_BATCH = 64
export const CNN_RATE = 0.001
export const CNN_EPSILON = 1e-7

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    threads: { type: 'string', default: '1' },
    epochs: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
    /** Train on one Nth of the steps of an epoch, and test on as many images fewer (but 1,000). */
    'one-nth': { type: 'string', default: '1' },
    paced: { type: 'boolean', default: false },
  },
})
if (values.data === undefined) throw new RangeError('--data names the folder with the four IDX files')

export const options = {
  data: values.data,
  threads: Number(values.threads),
  epochs: Number(values.epochs),
  seed: Number(values.seed),
  oneNth: Number(values['one-nth']),
}

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

/** The modules, or the end of the program where one is not installed. */
export async function installed(...names) {
  try {
    return await Promise.all(names.map((name) => import(name)))
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error
    say({ type: 'missing' })
    return process.exit(0)
  }
}

/** The version of an installed package, as its package.json says. */
export function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url), 'utf8'))
    .version
}

function readIdx(name) {
  const bytes = readFileSync(join(options.data, name))
  return new Uint8Array(bytes.buffer, bytes.byteOffset + 4 + 4 * bytes[3], bytes.length - 4 - 4 * bytes[3])
}

/** Standardised float32 images (rows x 784) and labels, for training and for testing. */
export function load() {
  const [width = 0] = WIDTHS
  const train = readIdx('train-images-idx3-ubyte')
  const rows = train.length / width
  const [mean, deviation] = [new Float64Array(width), new Float64Array(width)]
  for (let i = 0; i < train.length; i++) mean[i % width] += train[i] / rows
  for (let i = 0; i < train.length; i++) deviation[i % width] += (train[i] - mean[i % width]) ** 2 / rows
  const standardised = (bytes) =>
    Float32Array.from(bytes, (byte, i) => (byte - mean[i % width]) / (Math.sqrt(deviation[i % width]) || 1))
  return {
    trainX: standardised(train),
    trainY: readIdx('train-labels-idx1-ubyte'),
    testX: standardised(readIdx('t10k-images-idx3-ubyte')),
    testY: readIdx('t10k-labels-idx1-ubyte'),
  }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32, by Tommy Ettinger, public domain). */
function uniform(seed) {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
const random = uniform(options.seed)

/** `length` values between -limit and limit: Glorot's with limit = sqrt(6 / (inputs + outputs)). */
export const uniformValues = (length, limit) =>
  Float32Array.from({ length }, () => (2 * random() - 1) * limit)

/** Normal values with this deviation (Box and Muller). */
export const normalValues = (length, deviation) =>
  Float32Array.from({ length }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()))
    return deviation * radius * Math.cos(2 * Math.PI * random())
  })

/** The batches of an epoch in a new random order, or the first of them where only a part is asked for. */
export function batches(rows, size) {
  const order = Int32Array.from({ length: rows }, (_, i) => i)
  for (let i = rows - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[order[i], order[j]] = [order[j], order[i]]
  }
  const steps = stepsOf(rows, size)
  return Array.from({ length: steps }, (_, step) => order.subarray(step * size, (step + 1) * size))
}

function stepsOf(rows, size) {
  return Math.max(1, Math.round(Math.ceil(rows / size) / options.oneNth))
}

/** The images of these rows, one after the other. */
export function gathered(images, rows) {
  const width = WIDTHS[0] ?? 0
  const out = new Float32Array(rows.length * width)
  for (let m = 0; m < rows.length; m++)
    out.set(images.subarray(rows[m] * width, (rows[m] + 1) * width), m * width)
  return out
}

/**
 * Calls epoch() as often as asked, prints its seconds, then how many test images accuracy(count) finds right.
 * `share` says which part of an epoch was trained; the bench scales the time.
 */
export async function run(version, { rows, batch, testRows }, epoch, accuracy) {
  const share = stepsOf(rows, batch) / Math.ceil(rows / batch)
  const tested = options.oneNth === 1 ? testRows : Math.min(testRows, 1000)
  say({ type: 'ready', version, share })
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
  for (let number = 1; number <= options.epochs; number++) {
    if (values.paced && (await lines.next()).done) return
    const [start, cpu] = [performance.now(), process.cpuUsage()]
    await epoch()
    const seconds = (performance.now() - start) / 1000
    const { user, system } = process.cpuUsage(cpu)
    say({ type: 'epoch', epoch: number, seconds, cpuSeconds: (user + system) / 1e6 })
  }
  say({ type: 'done', testAccuracy: await accuracy(tested), testRows: tested })
  process.exit(0)
}
