import type { FolderLock } from '../../../base/lock.node.ts'
import type { CheckpointInterval, RecordingPlan } from '../../../runs/recorder.node.ts'
import { threadCount } from '../../shared/threads.ts'
import { interval } from '../../shared/values.ts'
import type { TrainFlags } from './flags.ts'

/** All that is decided before data is read. */
export interface Plan extends RecordingPlan {
  readonly threads: number
  /** As for `--data`. */
  readonly data: string | undefined
  /** The options to give again when the run is resumed: those that the run folder does not record. */
  readonly repeat: { readonly [name in Repeated]?: TrainFlags[name] | undefined }
  /** Keeps other processes out of the folder of a resumed run; the caller releases it. */
  readonly lock?: FolderLock
}

type Repeated = 'threads' | 'offline' | 'checkpointEvery' | 'json' | 'quiet'

/** Epochs may take long. */
const usualInterval: CheckpointInterval = { epochs: 1, seconds: 30 }

/** The part of a plan that a resumed run may change, because it does not decide the weights. */
export function planOfRun(flags: TrainFlags): Pick<Plan, 'threads' | 'checkpointEvery' | 'repeat'> {
  const { threads, offline, checkpointEvery, json, quiet } = flags
  return {
    threads: threadCount(threads),
    checkpointEvery:
      checkpointEvery === undefined ? usualInterval : interval('--checkpoint-every', checkpointEvery),
    repeat: { threads, offline, checkpointEvery, json, quiet },
  }
}
