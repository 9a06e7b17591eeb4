import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Draw } from '../draw.ts'
import { mutateBytes } from '../mutate.ts'
import type { Scenario } from '../scenario.ts'
import { quickTraining, tryInput } from './input.ts'
import { dataFolder, idxFiles } from './originals.ts'

/** IDX files, plain and compressed. */
export const fuzzIdx: Scenario = {
  name: 'fuzz-idx',
  about: 'damaged IDX files, plain and gzipped, read by train and data',
  weight: 2,
  async run(trial) {
    const { draw } = trial
    const from = await dataFolder(trial)
    for (let i = 0; i < trial.inputs; i++) {
      const name = draw.pick(idxFiles)
      const original = readFileSync(join(from, 'data', name))
      const donors = idxFiles.map((donor) => readFileSync(join(from, 'data', donor)))
      const gzipped = draw.chance(0.5)
      const plain = draw.chance(0.5) ? mutateHeader(draw, original) : mutateBytes(draw, original, donors)
      const packed = draw.chance(0.5) ? gzipSync(plain) : mutateBytes(draw, gzipSync(original), donors)
      const [folder, file, content] = gzipped ? ['gz', `${name}.gz`, packed] : ['data', name, plain]
      await tryInput(trial, { from, files: { [`${folder}/${file}`]: content }, args: readers(draw, folder) })
    }
  },
}

/** classes.txt */
export const fuzzClasses: Scenario = {
  name: 'fuzz-classes',
  about: 'damaged and strange classes.txt, read by train and data',
  weight: 1,
  async run(trial) {
    const { draw } = trial
    const from = await dataFolder(trial)
    const original = readFileSync(join(from, 'data', 'classes.txt'))
    const names = [
      'a',
      '\u001b[31mred',
      '$&',
      "$'",
      '=1+1',
      '<b>',
      'K\u00f6ln',
      '',
      ' ',
      '\u0000',
      'a'.repeat(3000),
      '\u202e',
      '\ud83d\ude00',
    ]
    for (let i = 0; i < trial.inputs; i++) {
      const lines = Array.from({ length: draw.integer(0, 8) }, () => draw.pick(names)).join(
        draw.pick(['\n', '\r\n', '\r']),
      )
      const latin = Buffer.from('K\u00f6ln\nb\nc\nd\n', 'latin1')
      const content = draw.chance(0.5) ? mutateBytes(draw, original) : draw.chance(0.2) ? latin : lines
      await tryInput(trial, { from, files: { 'data/classes.txt': content }, args: readers(draw, 'data') })
    }
  },
}

function readers(draw: Draw, data: string): readonly string[] {
  const train = quickTraining('training.json', data)
  return draw.pick([train, train, ['data', '--data', data, '--offline']])
}

/** Another magic number or another size, the rest as it was. */
function mutateHeader(draw: Draw, original: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(original)
  const view = new DataView(bytes.buffer)
  const at = draw.pick([0, 1, 2, 3, 4, 8, 12])
  const value = draw.pick([0, 1, 2, 7, 59, 61, 255, 256, 65_535, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1])
  if (at < 4) bytes[at] = value & 255
  else if (at + 4 <= bytes.length) view.setUint32(at, value)
  return bytes
}
