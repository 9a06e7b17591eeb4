import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type {
  Environment,
  EpochMetrics,
  NewStudy,
  NewTrial,
  Owner,
  Scores,
  TrialResult,
} from '../../src/store/contract.ts'

/** New empty folders, all removed after the tests of the file. */
export function temporaryFolders(): () => Promise<string> {
  const folders: string[] = []
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atelier-store-'))
    folders.push(folder)
    return folder
  }
}

export function newStudy(change: Partial<NewStudy> = {}): NewStudy {
  return {
    name: 'grid',
    config: { name: 'grid', axes: { batchSize: [50, 100] } },
    configHash: 'c0ffee',
    dataset: 'Garments',
    fingerprint: 'Garments (0123)',
    synthetic: true,
    codeVersion: '0.1.0+aa',
    ...change,
  }
}

export function newTrial(position: number, change: Partial<NewTrial> = {}): NewTrial {
  return {
    position,
    hash: `hash ${position}`,
    experiment: 'grid',
    combination: position,
    params: { batchSize: 50 + position },
    fold: null,
    seed: 1,
    config: { batchSize: 50 + position, epochs: 2 },
    goal: null,
    metric: 'validationAccuracy',
    ...change,
  }
}

export const environment: Environment = {
  version: '0.1.0',
  codeVersion: '0.1.0+aa',
  engine: 'simd',
  threads: 1,
  node: '20.19.0',
  platform: 'linux x64',
  cpu: 'some processor',
  cores: 4,
  memory: 2 ** 34,
}

export function newOwner(id: string, pid = 1): Owner {
  return { id, machine: 'here', pid }
}

export function scores(validationAccuracy: number | null): Scores {
  return {
    trainLoss: 0.25,
    trainAccuracy: 0.9,
    validationLoss: 0.5,
    validationAccuracy,
    testLoss: null,
    testAccuracy: null,
  }
}

export function epoch(number: number, validationAccuracy = 0.5): EpochMetrics {
  return {
    epoch: number,
    learningRate: 0.1,
    runningLoss: 1 / 3,
    runningAccuracy: 0.1 + 0.2,
    seconds: 1.5,
    ...scores(validationAccuracy),
  }
}

export function result(value: number | null, change: Partial<TrialResult> = {}): TrialResult {
  return {
    scores: scores(value),
    epochs: 2,
    weightsEpoch: 2,
    seconds: 3.25,
    weightsSha256: 'ab'.repeat(32),
    details: { confusion: [[1, 2]] },
    ...change,
  }
}
