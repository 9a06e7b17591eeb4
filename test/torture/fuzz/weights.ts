import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from '../../../src/base/checksum.ts'
import { decodeSafetensors, encodeSafetensors } from '../../../src/base/safetensors.ts'
import type { Draw } from '../draw.ts'
import { host } from '../host.ts'
import { joined, mutateBytes, mutateTree } from '../mutate.ts'
import type { Case, Scenario } from '../scenario.ts'
import type { Ending, Fault } from '../verdicts/ending.ts'
import { tryInput } from './input.ts'
import { runFolder } from './originals.ts'

const utf8 = new TextEncoder()

/** Weights for --init-from, and those that evaluate reads. */
export const fuzzWeights: Scenario = {
  name: 'fuzz-safetensors',
  about: 'damaged and strange safetensors files, read by train --init-from and evaluate',
  weight: 2,
  async run(trial) {
    const { draw } = trial
    const from = await runFolder(trial)
    const original = readFileSync(join(from, 'weights', 'weights.safetensors'))
    const donor = readFileSync(join(from, 'run', 'checkpoint.safetensors'))
    for (let i = 0; i < trial.inputs; i++) {
      const content = draw.chance(0.5) ? mutateHeader(draw, original) : mutateBytes(draw, original, [donor])
      const train = ['train', 'training.json', '--data', 'data', '--threads', '1', '--quiet', '--epochs', '1']
      const [name, args] = draw.pick([
        ['weights.safetensors', [...train, '--init-from', 'weights.safetensors']],
        ['run/weights.safetensors', ['evaluate', 'run', '--data', 'data', '--threads', '1']],
      ] as const)
      await tryInput(trial, { from, files: { [name]: content }, args })
    }
  },
}

/** Checkpoints: what is accepted must lead to the result of the undamaged one. */
export const fuzzCheckpoint: Scenario = {
  name: 'fuzz-checkpoint',
  about:
    'damaged and strange checkpoints, read by train --resume; what is accepted must end with equal weights',
  weight: 2,
  async run(trial) {
    const { draw } = trial
    const from = await runFolder(trial)
    const original = readFileSync(join(from, 'run', 'checkpoint.safetensors'))
    const args = ['train', '--resume', 'run', '--data', 'data', '--threads', '1', '--quiet', '--epochs', '4']
    const expected = await extended(trial, from, args)
    for (let i = 0; i < trial.inputs; i++) {
      // With a checksum made anew, other states are valid ones.
      const forged = draw.chance(0.3)
      const bytes = draw.chance(0.3) ? mutateHeader(draw, original) : mutateBytes(draw, original)
      const content = forged ? forge(draw, original) : bytes
      const judge = (ending: Ending, folder: string): Fault[] =>
        forged || ending.code !== 0 ? [] : judgeSum(sumOf(folder), expected)
      await tryInput(trial, { from, files: { 'run/checkpoint.safetensors': content }, args, judge })
    }
  },
}

/** The weights that the undamaged run ends with. */
function extended(trial: Case, from: string, args: readonly string[]): Promise<string> {
  return trial.references.get('fuzz: extended run', async (folder) => {
    cpSync(from, folder, { recursive: true })
    const { code, stderr } = await host.run(args, folder)
    if (code !== 0) throw new Error(stderr)
    return sumOf(folder)
  })
}

function sumOf(folder: string): string {
  const { weightsSha256 }: { weightsSha256: string } = JSON.parse(
    readFileSync(join(folder, 'run/result.json'), 'utf8'),
  )
  return weightsSha256
}

function judgeSum(got: string, expected: string): Fault[] {
  return got === expected
    ? []
    : [{ kind: 'other weights from a damaged checkpoint', text: `${got}, expected ${expected}` }]
}

/** Another header, with its length in front, before the same tensors. */
function mutateHeader(draw: Draw, original: Uint8Array): Uint8Array {
  const length = Number(new DataView(original.buffer, original.byteOffset).getBigUint64(0, true))
  const header: unknown = JSON.parse(new TextDecoder().decode(original.subarray(8, 8 + length)))
  const text = utf8.encode(JSON.stringify(mutateTree(draw, header)) ?? '')
  const size = new Uint8Array(8)
  const stated = draw.chance(0.9)
    ? BigInt(text.length)
    : BigInt(draw.pick([0, 1, 2 ** 31, 2 ** 32, 2 ** 53, -1]))
  new DataView(size.buffer).setBigInt64(0, stated, true)
  return joined(size, text, original.subarray(8 + length))
}

/** Another state under a checksum that fits. */
function forge(draw: Draw, original: Uint8Array): Uint8Array {
  const { tensors, metadata } = decodeSafetensors(original, 'the original')
  const state: unknown = JSON.parse(metadata['atelier.checkpoint'] ?? '')
  const text = JSON.stringify(mutateTree(draw, state)) ?? ''
  const saved = [...tensors.values()]
  const sorted = saved.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const pieces = sorted.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  const sum = crc32([utf8.encode(text), ...pieces])
  return encodeSafetensors(saved, { ...metadata, 'atelier.checkpoint': text, 'atelier.checksum': sum })
}
