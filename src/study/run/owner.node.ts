import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { threadId } from 'node:worker_threads'
import { exists } from '../../base/process.node.ts'
import type { Owner } from '../../store/contract.ts'

/** Ids of this thread's owners that are not retired. */
const alive = new Set<string>()

/** A new owner of trials: this process, for one run of a study. Give it back with {@link retire}. */
export function newOwner(): Owner {
  const owner = { id: randomUUID(), machine: machine(), pid: process.pid }
  alive.add(owner.id)
  return owner
}

export function retire(owner: Owner): void {
  alive.delete(owner.id)
}

/**
 * Whether an owner is certainly dead, so that its trials can be taken over without waiting for a stale heartbeat: a process
 * of this machine that no longer exists, or an earlier run of this process.
 */
export function isGone(owner: Owner): boolean {
  if (owner.machine !== machine()) return false
  return owner.pid === process.pid ? !alive.has(owner.id) : !exists(owner.pid)
}

/**
 * Where a process number means the same: the machine since it was started, and on Linux the container. Each thread
 * counts as a machine of its own, because it knows only its own owners.
 */
function machine(): string {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  const container = attempt(() => readlinkSync('/proc/self/ns/pid'))
  return [hostname(), boot, container, `thread ${threadId}`].filter((part) => part !== '').join(' ')
}

function attempt(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
