import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { crc32 } from './checksum.ts'

/** Whether a process still runs; unknown for one of another machine or container. */
export type Life = 'alive' | 'dead' | 'unknown'

/** A mark as a regular expression. */
export const markPattern = '[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-z]+-[0-9a-f]{8}'

let own: string | undefined

/**
 * A text for file names that tells this process apart from every other one, also from a later process with the same
 * number: machine, boot, PID namespace (container), process number in base 36, start of the process.
 */
export function processMark(): string {
  own ??= [...placeOf(), process.pid.toString(36), crcOf(startOf(process.pid))].join('-')
  return own
}

/** Whether the process with that mark still runs. */
export function lifeOf(mark: string): Life {
  const [machine, boot, space, pid = '', started] = mark.split('-')
  const [machineHere, bootHere, spaceHere] = placeOf()
  if (machine !== machineHere) return 'unknown'
  // Without a boot identity (not Linux) both are equal, and the start of the process tells.
  if (boot !== bootHere) return 'dead'
  if (space !== spaceHere) return 'unknown'
  const number = pidOf(mark)
  if (pid === '' || !exists(number)) return 'dead'
  const start = startOf(number)
  if (start === 'ended') return 'dead'
  // If it cannot be read, another process may have the number; assume that the process still runs.
  return start === '' || crcOf(start) === started ? 'alive' : 'dead'
}

/** The process number of a mark. */
export function pidOf(mark: string): number {
  return Number.parseInt(mark.split('-')[3] ?? '', 36)
}

let place: readonly [string, string, string] | undefined

function placeOf(): readonly [machine: string, boot: string, space: string] {
  place ??= [
    crcOf(`${hostname()} ${read('/etc/machine-id')}`),
    crcOf(read('/proc/sys/kernel/random/boot_id')),
    crcOf(attempt(() => readlinkSync('/proc/self/ns/pid'))),
  ]
  return place
}

/** Whether a process of this number runs on this machine. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Not permitted: the process exists, and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * When a process started: in clock ticks since the boot (Linux, proc(5), field 22) or as `ps` prints it. "ended" for a
 * zombie process; empty if the system does not tell, as on Windows.
 */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`)
  if (stat !== '') {
    // The second field is the program's name, which may contain spaces and parentheses.
    const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? 'ended' : (fields[18] ?? '')
  }
  if (process.platform === 'win32' || process.platform === 'linux') return ''
  return attempt(() => execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim())
}

const read = (path: string): string => attempt(() => readFileSync(path, 'utf8').trim())

const crcOf = (text: string): string => crc32([new TextEncoder().encode(text)])

function attempt(look: () => string): string {
  try {
    return look()
  } catch {
    return ''
  }
}
