import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeSafetensors } from '../../../src/base/safetensors.ts'
import type { Fault } from './ending.ts'

/** Files below a folder by their path in it; hidden ones too. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

/** Every JSON and safetensors file below a folder is whole, whatever happened to those who wrote. */
export function judgeWhole(folder: string): Fault[] {
  return filesBelow(folder).flatMap((name) => {
    if (name.endsWith('.tmp')) return []
    try {
      const path = join(folder, name)
      if (name.endsWith('.json')) JSON.parse(readFileSync(path, 'utf8'))
      if (name.endsWith('.safetensors')) decodeSafetensors(readFileSync(path), name)
      return []
    } catch (error) {
      return [{ kind: `half-written ${kindOf(name)}`, text: `${name}: ${error}` }]
    }
  })
}

/** Temporary files, locks and logs of a database that nobody uses any more. */
export function judgeLeftovers(folder: string): Fault[] {
  return filesBelow(folder)
    .filter((name) => /\.tmp$|\.lock$|-wal$|-shm$|-journal$|checkpoints\//.test(name))
    .map((name) => ({ kind: `left over: ${kindOf(name)}`, text: name }))
}

/** A file's name without what differs from case to case. */
function kindOf(name: string): string {
  return name
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')
    .replaceAll(/[0-9a-f]{16,}/g, 'HASH')
    .replaceAll(/\d{8}-\d{6}[\w.-]*/g, 'RUN')
}
