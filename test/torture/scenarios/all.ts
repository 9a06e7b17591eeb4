import { fuzzStudy, fuzzTraining } from '../fuzz/configs.ts'
import { fuzzClasses, fuzzIdx } from '../fuzz/data.ts'
import { fuzzFlags } from '../fuzz/flags.ts'
import { fuzzRun } from '../fuzz/runFiles.ts'
import { fuzzStore } from '../fuzz/store.ts'
import { fuzzCheckpoint, fuzzWeights } from '../fuzz/weights.ts'
import type { Scenario } from '../scenario.ts'
import { studyDisk, trainDisk } from './fullDisk.ts'
import { studyAgain } from './studyAgain.ts'
import { studyDeleted } from './studyDeleted.ts'
import { studyKill } from './studyKill.ts'
import { trainEdited } from './trainEdited.ts'
import { trainBlas, trainExtended, trainKill } from './trainKill.ts'
import { trainTwice } from './trainTwice.ts'

export const scenarios: readonly Scenario[] = [
  trainKill,
  trainTwice,
  trainExtended,
  trainEdited,
  trainBlas,
  trainDisk,
  studyKill,
  studyAgain,
  studyDeleted,
  studyDisk,
  fuzzIdx,
  fuzzClasses,
  fuzzWeights,
  fuzzCheckpoint,
  fuzzRun,
  fuzzTraining,
  fuzzStudy,
  fuzzStore,
  fuzzFlags,
]
