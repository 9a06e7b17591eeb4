import { resolve } from 'node:path'
import { checkArgument, checkFields } from '../base/arguments.ts'
import { packageVersion } from '../base/version.node.ts'
import { checkpointsInUse } from './checkpointFiles.ts'
import { claim, forget, heartbeat, release, requeueStale, retryFailed } from './claims.ts'
import type { StudyStore } from './contract.ts'
import { guarded, openDatabase } from './database.node.ts'
import { applyDecisions } from './decisions.ts'
import { fail, finish, pause, prune, recordEpoch, saveCheckpoint } from './ends.ts'
import { environmentId, listEnvironments } from './environments.ts'
import { listEpochs } from './epochs.ts'
import { migrate } from './migrations.ts'
import { placeCheck } from './place.node.ts'
import { reuseAll } from './reuse.ts'
import { addTag, archive, beginStudy, deleteStudy, findStudy, listStudies, removeTag } from './studies.ts'
import type { StoreContext } from './tables.ts'
import { addTrials, bestTrials, fullTrial, listTrials } from './trials.ts'

export interface OpenStoreOptions {
  /** The atelier that opens it, for the record; this one by itself. */
  readonly version?: string
  /** The present moment as ISO 8601; for tests. */
  readonly now?: () => string
}

/**
 * Opens the store of studies in an SQLite file; a new file, and the folder it lies in, are made if need be.
 *
 * @throws StoreError when it is damaged, no store or of a newer version; OutputError when it cannot be written
 */
export async function openStudyStore(path: string, options: OpenStoreOptions = {}): Promise<StudyStore> {
  checkArgument(path, 'text', 'path')
  checkFields(options, { now: 'function?' }, 'options')
  const place = resolve(path)
  const now = options.now ?? (() => new Date().toISOString())
  const { db, durably } = await openDatabase(place)
  const checkPlace = placeCheck(place)
  const store: StoreContext = { db, now }
  const read = <T>(work: () => Promise<T>): Promise<T> =>
    guarded(place, () => {
      checkPlace()
      return work()
    })
  const write = <T>(work: (store: StoreContext) => Promise<T>): Promise<T> =>
    read(() => db.transaction().execute((transaction) => work({ db: transaction, now })))
  try {
    await guarded(place, () =>
      migrate(db, { place, version: options.version ?? packageVersion(), now: now() }),
    )
  } catch (error) {
    await db.destroy()
    throw error
  }
  return {
    place,
    beginStudy: (study, begin) => write((store) => beginStudy(store, study, begin)),
    studies: (filter) => read(() => listStudies(store, filter)),
    study: (id) => read(() => findStudy(store, id)),
    addTag: (id, tag) => write((store) => addTag(store, id, tag)),
    removeTag: (id, tag) => write((store) => removeTag(store, id, tag)),
    archive: (id, archived) => write((store) => archive(store, id, archived)),
    deleteStudy: (id) => write((store) => deleteStudy(store, id)),
    addTrials: (id, trials) => write((store) => addTrials(store, id, trials)),
    trials: (id, filter) => read(() => listTrials(store, id, filter)),
    trial: (id, position) => read(() => fullTrial(store, id, position)),
    best: (id, order) => read(() => bestTrials(store, id, order)),
    epochs: (id, position) => read(() => listEpochs(store, id, position)),
    claim: (id, owner, environment, scope) => write((store) => claim(store, id, owner, environment, scope)),
    reuse: (id, scope) => write((store) => reuseAll(store, id, scope)),
    heartbeat: (owner) => write((store) => heartbeat(store, owner)),
    recordEpoch: (studyId, position, owner, metrics, seconds) =>
      write((store) => recordEpoch(store, { studyId, position, owner }, metrics, seconds)),
    saveCheckpoint: (studyId, position, owner, file) =>
      write((store) => saveCheckpoint(store, { studyId, position, owner }, file)),
    // In a transaction, so that both lists are of one moment.
    checkpointsInUse: () => write((store) => checkpointsInUse(store)),
    finish: (studyId, position, owner, result) =>
      durably(() => write((store) => finish(store, { studyId, position, owner }, result))),
    fail: (studyId, position, owner, why) => write((store) => fail(store, { studyId, position, owner }, why)),
    prune: (studyId, position, owner, why) =>
      write((store) => prune(store, { studyId, position, owner }, why)),
    pause: (studyId, position, owner, seconds) =>
      write((store) => pause(store, { studyId, position, owner }, seconds)),
    applyDecisions: (id, decide) => write((store) => applyDecisions(store, id, decide)),
    release: (owner) => write((store) => release(store, owner)),
    requeueStale: (isDead) => write((store) => requeueStale(store, isDead)),
    retryFailed: (id, scope) => write((store) => retryFailed(store, id, scope)),
    forget: (id, scope) => write((store) => forget(store, id, scope)),
    environment: (environment) => write((store) => environmentId(store, environment)),
    environments: () => read(() => listEnvironments(store)),
    close: () => db.destroy(),
  }
}
