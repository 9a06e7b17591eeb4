import { describe, expect, test } from 'vitest'
import type { PruningDecision, StudyRecord, StudyStore } from '../../src/store/contract.ts'
import { environment, epoch, newOwner, newStudy, newTrial, result } from './studyFixtures.ts'

/** A store that several processes can open; each call of `again` opens it as another process would. */
export interface StoreUnderTest {
  readonly store: StudyStore
  readonly again: () => Promise<StudyStore>
  /** Moves the clock of all of them. */
  readonly wait: (seconds: number) => void
}

async function create(store: StudyStore, study = newStudy()): Promise<StudyRecord> {
  return (await store.beginStudy({ ...study, configHash: `${Math.random()}` }, { fork: true })).study
}

/** The same decision about trials at some positions. */
function each(positions: readonly number[], decision: PruningDecision): ReadonlyMap<number, PruningDecision> {
  return new Map(positions.map((position) => [position, decision]))
}

/** What every study store has to keep: the contract of StudyStore, sentence by sentence. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  const me = newOwner('me')
  const other = newOwner('other', 2)

  /** A store with a study of some trials. */
  async function begun(trials = 3) {
    const { store, ...rest } = await open()
    const study = await create(store)
    const environmentId = await store.environment(environment)
    const planned = Array.from({ length: trials }, (_, i) => newTrial(i))
    await store.addTrials(study.id, planned)
    const take = async (owner = me) => {
      const claim = await store.claim(study.id, owner, environmentId)
      return claim?.trial.position
    }
    return { ...rest, store, study, environmentId, take }
  }

  describe(`${name}: studies`, () => {
    test('a study is read back as it was written', async () => {
      const { store, again } = await open()
      const { study } = await store.beginStudy(newStudy())
      expect(study).toMatchObject({ ...newStudy(), revision: 1, archivedAt: null, tags: [] })
      const elsewhere = await again()
      expect(await elsewhere.study(study.id)).toMatchObject({ ...study, trials: 0, seconds: 0 })
      expect(await elsewhere.study(study.id + 1)).toBeUndefined()
    })

    test('the same study is found again; another one of its name is made only as a fork', async () => {
      const { store, again } = await open()
      const first = await store.beginStudy(newStudy())
      expect(first).toMatchObject({ type: 'new', study: { revision: 1 } })
      expect(await (await again()).beginStudy(newStudy())).toEqual({
        ...first,
        type: 'same',
        study: expect.objectContaining(first.study),
      })
      for (const change of [{ configHash: 'x' }, { fingerprint: 'x' }, { codeVersion: 'x' }]) {
        const changed = await store.beginStudy(newStudy(change))
        expect(changed).toMatchObject({ type: 'changed', study: { id: first.study.id } })
      }
      const fork = await store.beginStudy(newStudy({ configHash: 'x' }), { fork: true })
      expect(fork).toMatchObject({ type: 'new', study: { revision: 2 } })
      expect(await store.beginStudy(newStudy(), { fork: true })).toMatchObject({
        type: 'same',
        study: { revision: 1 },
      })
      expect(await store.beginStudy(newStudy({ name: 'b' }))).toMatchObject({
        type: 'new',
        study: { revision: 1 },
      })
    })

    test('two that begin the same study at once make it once', async () => {
      const { store, again } = await open()
      const stores = [store, await again(), await again()]
      const begun = await Promise.all(stores.map((each) => each.beginStudy(newStudy())))
      expect(begun.map(({ type }) => type).sort()).toEqual(['new', 'same', 'same'])
      expect(await store.studies()).toHaveLength(1)
    })

    test('the number of a deleted study does not come back', async () => {
      const { store } = await open()
      const first = await create(store)
      await store.deleteStudy(first.id)
      expect((await create(store)).id).toBeGreaterThan(first.id)
    })

    test('lists are newest first, and filtered by name, tag and archive', async () => {
      const { store } = await open()
      const [a, b, c] = [
        await create(store, newStudy({ name: 'a' })),
        await create(store, newStudy({ name: 'b' })),
        await create(store, newStudy({ name: 'b' })),
      ]
      await store.addTag(a.id, 'paper')
      await store.addTag(a.id, 'paper')
      await store.addTag(a.id, 'best')
      await store.addTag(b.id, 'best')
      await expect(store.addTag(b.id, 'a\u001b[31m')).rejects.toThrow('cannot be a tag')
      await store.removeTag(b.id, 'best')
      await store.archive(b.id, true)
      const ids = async (filter?: Parameters<StudyStore['studies']>[0]) =>
        (await store.studies(filter)).map(({ id }) => id)
      expect(await ids()).toEqual([c.id, a.id])
      expect(await ids({ archived: true })).toEqual([c.id, b.id, a.id])
      expect(await ids({ archived: 'only' })).toEqual([b.id])
      expect(await ids({ name: 'b' })).toEqual([c.id])
      expect(await ids({ tag: 'best' })).toEqual([a.id])
      expect((await store.study(a.id))?.tags).toEqual(['best', 'paper'])
      await store.archive(b.id, false)
      expect(await ids({ name: 'b' })).toEqual([c.id, b.id])
    })

    test('the overview counts trials by what they do, and the seconds of training', async () => {
      const { store, study, take } = await begun(4)
      for (const _ of [0, 1, 2]) await take()
      await store.finish(study.id, 0, me, result(0.8))
      await store.fail(study.id, 1, me, { kind: 'diverged', reason: 'no number', seconds: 0.75 })
      const [overview] = await store.studies()
      expect(overview).toMatchObject({ trials: 4, seconds: 4 })
      expect(overview?.counts).toEqual({ waiting: 1, running: 1, paused: 0, done: 1, pruned: 0, failed: 1 })
      expect(overview?.lastEndedAt).toMatch(/^2026-/)
    })

    test('deleting removes trials and epochs, of this study alone', async () => {
      const { store, study, take } = await begun()
      const kept = await create(store)
      await store.addTrials(kept.id, [newTrial(0, { hash: 'kept' })])
      await take()
      await store.recordEpoch(study.id, 0, me, epoch(1), 2)
      await store.deleteStudy(study.id)
      expect(await store.study(study.id)).toBeUndefined()
      expect(await store.trials(study.id)).toEqual([])
      expect(await store.epochs(study.id)).toEqual([])
      expect(await store.trials(kept.id)).toHaveLength(1)
    })
  })

  describe(`${name}: trials`, () => {
    test('a trial is read back as it was planned', async () => {
      const { store } = await open()
      const { id } = await create(store)
      const planned = newTrial(0, { fold: 3, seed: 4294967295, goal: 2, params: { 'model.hidden': [8, 8] } })
      await store.addTrials(id, [planned])
      const { config, ...fields } = planned
      expect(await store.trial(id, 0)).toMatchObject({
        ...fields,
        config,
        status: 'waiting',
        attempts: 0,
        owner: null,
        value: null,
        details: null,
      })
      expect((await store.trials(id))[0]).not.toHaveProperty('config')
      expect(await store.trial(id, 1)).toBeUndefined()
    })

    test('adding trials again leaves those that are there as they are', async () => {
      const { store, study, take } = await begun(1)
      await take()
      await store.finish(study.id, 0, me, result(0.8))
      await store.addTrials(study.id, [newTrial(0, { hash: 'changed' }), newTrial(1)])
      const trials = await store.trials(study.id)
      expect(trials.map(({ hash, status }) => [hash, status])).toEqual([
        ['hash 0', 'done'],
        ['hash 1', 'waiting'],
      ])
    })

    test('more trials than fit a statement', async () => {
      const { store } = await open()
      const { id } = await create(store)
      await store.addTrials(
        id,
        Array.from({ length: 1201 }, (_, i) => newTrial(i)),
      )
      const positions = (await store.trials(id)).map(({ position }) => position)
      expect(positions).toEqual(Array.from({ length: 1201 }, (_, i) => i))
    })

    test('numbers come back with every bit', async () => {
      const { store, study, take } = await begun(1)
      await take()
      await store.recordEpoch(study.id, 0, me, epoch(1, 0.1 + 0.7), 2)
      await store.finish(study.id, 0, me, result(2 / 3, { seconds: Number.MIN_VALUE }))
      const [recorded] = await store.epochs(study.id, 0)
      expect(recorded).toEqual({ position: 0, ...epoch(1, 0.1 + 0.7) })
      expect(await store.trial(study.id, 0)).toMatchObject({ value: 2 / 3, seconds: Number.MIN_VALUE })
    })

    test('filters and the best-of', async () => {
      const { store, study, take } = await begun(5)
      for (const _ of [0, 1, 2, 3]) await take()
      for (const [position, value] of [0.5, 0.7, 0.7].entries())
        await store.finish(study.id, position, me, result(value))
      await store.finish(study.id, 3, me, result(null))
      const positions = (trials: readonly { position: number }[]) => trials.map(({ position }) => position)
      expect(positions(await store.trials(study.id, { status: 'done' }))).toEqual([0, 1, 2, 3])
      expect(positions(await store.trials(study.id, { limit: 2 }))).toEqual([0, 1])
      expect(await store.trials(study.id, { experiment: 'none such' })).toEqual([])
      expect(positions(await store.best(study.id, { largest: true, limit: 2 }))).toEqual([1, 2])
      expect(positions(await store.best(study.id, { largest: false, limit: 9 }))).toEqual([0, 1, 2])
    })
  })

  describe(`${name}: claims`, () => {
    test('each trial is handed out once, in order', async () => {
      const { take, again, study, environmentId, store } = await begun(3)
      const elsewhere = await again()
      expect(await take()).toBe(0)
      expect((await elsewhere.claim(study.id, other, environmentId))?.trial.position).toBe(1)
      expect(await take()).toBe(2)
      expect(await take()).toBeUndefined()
      expect(await elsewhere.claim(study.id, other, environmentId)).toBeUndefined()
      const owners = (await store.trials(study.id)).map(({ owner, attempts }) => [owner?.id, attempts])
      expect(owners).toEqual([
        ['me', 1],
        ['other', 1],
        ['me', 1],
      ])
    })

    test('only trials before a position, where there is one', async () => {
      const { store, study, environmentId, take } = await begun(3)
      await take()
      expect(await store.claim(study.id, me, environmentId, { before: 1 })).toBeUndefined()
      const claim = await store.claim(study.id, me, environmentId, { before: 2 })
      expect(claim?.trial.position).toBe(1)
    })

    test('only trials of some experiments, where they are named', async () => {
      const { store, study, environmentId } = await begun(0)
      const ids = ['a', 'b', 'a', 'c', 'b']
      await store.addTrials(
        study.id,
        ids.map((experiment, i) => newTrial(i, { experiment })),
      )
      const take = async (before = 9) =>
        (await store.claim(study.id, me, environmentId, { before, experiments: ['c', 'b'] }))?.trial.position
      expect([await take(), await take(), await take(4), await take(), await take()]).toEqual([
        1,
        3,
        undefined,
        4,
        undefined,
      ])
      for (const { position } of await store.trials(study.id, { status: 'running' }))
        await store.fail(study.id, position, me, { kind: 'diverged', reason: 'it diverged', seconds: 1 })
      expect(await store.retryFailed(study.id, { experiments: ['a'] })).toBe(0)
      expect(await store.retryFailed(study.id, { experiments: ['b'], before: 4 })).toBe(1)
      expect(await store.trials(study.id, { status: 'failed' })).toMatchObject([
        { position: 3, reasonKind: 'diverged' },
        { position: 4 },
      ])
    })

    test('two that claim at once never get the same', async () => {
      const { store, again, study, environmentId } = await begun(60)
      const stores = [store, await again(), await again()]
      const taken: number[] = []
      await Promise.all(
        stores.map(async (mine, i) => {
          for (;;) {
            const claim = await mine.claim(study.id, newOwner(`owner ${i}`), environmentId)
            if (claim === undefined) return
            taken.push(claim.trial.position)
            await new Promise((resolve) => setImmediate(resolve))
          }
        }),
      )
      expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i))
    })

    test('a result is for ever', async () => {
      const { store, study, take } = await begun(1)
      await take()
      expect(await store.finish(study.id, 0, me, result(0.8))).toBe(true)
      const before = await store.trial(study.id, 0)
      const seconds = 1
      expect(await store.finish(study.id, 0, me, result(0.1))).toBe(false)
      expect(await store.fail(study.id, 0, me, { kind: 'x', reason: 'x', seconds })).toBe(false)
      expect(await store.prune(study.id, 0, me, { reason: 'x', after: 1, seconds })).toBe(false)
      expect(await store.pause(study.id, 0, me, seconds)).toBe(false)
      expect(await store.recordEpoch(study.id, 0, me, epoch(1), 2)).toBe(false)
      expect(await store.release(me)).toBe(0)
      expect(await store.retryFailed(study.id)).toBe(0)
      expect(await store.requeueStale(() => true)).toBe(0)
      expect(await store.trial(study.id, 0)).toEqual(before)
      expect(await store.epochs(study.id)).toEqual([])
    })

    test('unless it is forgotten, with its epochs; then it is trained again', async () => {
      const { store, study, take } = await begun(3)
      const fresh = await store.trial(study.id, 0)
      for (const position of [0, 1]) {
        await take()
        await store.recordEpoch(study.id, position, me, epoch(1), 1)
        await store.finish(study.id, position, me, result(0.8))
      }
      await take()
      expect(await store.forget(study.id, { before: 1 })).toBe(1)
      expect(await store.trial(study.id, 0)).toEqual(fresh)
      expect((await store.epochs(study.id)).map(({ position }) => position)).toEqual([1])
      expect(await store.trials(study.id)).toMatchObject([
        { status: 'waiting' },
        { status: 'done' },
        { status: 'running' },
      ])
      expect(await take()).toBe(0)
    })

    test('who does not own a trial changes nothing', async () => {
      const { store, study, take } = await begun(1)
      await take()
      expect(await store.recordEpoch(study.id, 0, other, epoch(1), 2)).toBe(false)
      expect(await store.finish(study.id, 0, other, result(0.1))).toBe(false)
      expect(await store.release(other)).toBe(0)
      expect(await store.trial(study.id, 0)).toMatchObject({ status: 'running', epochs: 0 })
    })

    test('released trials wait again', async () => {
      const { store, study, take } = await begun(2)
      await take()
      await take()
      await store.finish(study.id, 0, me, result(0.8))
      expect(await store.release(me)).toBe(1)
      expect(await store.trial(study.id, 1)).toMatchObject({ status: 'waiting', owner: null, attempts: 1 })
      expect(await take(other)).toBe(1)
    })

    test('a failed trial keeps its reason until it is tried again', async () => {
      const { store, study, take } = await begun(1)
      await take()
      await store.fail(study.id, 0, me, { kind: 'diverged', reason: 'no finite number', seconds: 2 })
      expect(await store.trial(study.id, 0)).toMatchObject({
        status: 'failed',
        reasonKind: 'diverged',
        reason: 'no finite number',
        seconds: 2,
      })
      expect(await take()).toBeUndefined()
      expect(await store.retryFailed(study.id)).toBe(1)
      expect(await store.trial(study.id, 0)).toMatchObject({ status: 'waiting', reason: null })
      expect(await take()).toBe(0)
    })
  })

  describe(`${name}: the dead`, () => {
    /** The heartbeat of an owner as a store tells it. */
    async function heartbeatOf(store: StudyStore, id: string): Promise<string | undefined> {
      let found: string | undefined
      const none = await store.requeueStale((owner, heartbeat) => {
        if (owner.id === id) found = heartbeat
        return false
      })
      expect(none).toBe(0)
      return found
    }

    test('all trials of a dead owner are taken over, and it can no longer change them', async () => {
      const { store, study, take } = await begun(3)
      await take(other)
      await take()
      await take(other)
      const seen: unknown[] = []
      const count = await store.requeueStale((owner) => {
        seen.push(owner)
        return owner.id === 'other'
      })
      expect(count).toBe(2)
      expect(seen).toEqual([other, me])
      expect(await store.heartbeat(other)).toEqual([])
      expect(await store.heartbeat(me)).toEqual([{ studyId: study.id, position: 1 }])
      expect(await take()).toBe(0)
      expect(await store.finish(study.id, 0, other, result(0.1))).toBe(false)
      expect(await store.finish(study.id, 0, me, result(0.8))).toBe(true)
      expect(await store.trial(study.id, 0)).toMatchObject({ value: 0.8, attempts: 2 })
      expect(await store.heartbeat(me)).toEqual([{ studyId: study.id, position: 1 }])
    })

    test('a heartbeat changes with signs of life, and with nothing else', async () => {
      const { store, study, take, wait } = await begun(3)
      await take(other)
      await take()
      const first = await heartbeatOf(store, 'me')
      wait(1)
      await store.heartbeat(other)
      expect(await heartbeatOf(store, 'me')).toBe(first)
      await store.heartbeat(me)
      const second = await heartbeatOf(store, 'me')
      expect(second).not.toBe(first)
      // A clock that is set back.
      wait(-600)
      await store.recordEpoch(study.id, 1, me, epoch(1), 2)
      const third = await heartbeatOf(store, 'me')
      expect([first, second]).not.toContain(third)
      wait(1)
      await take()
      expect([first, second, third]).not.toContain(await heartbeatOf(store, 'me'))
    })

    test('who runs a study that is deleted changes nothing, and learns it', async () => {
      const { store, study, take } = await begun(1)
      await take()
      await store.deleteStudy(study.id)
      expect(await store.heartbeat(me)).toEqual([])
      expect(await store.recordEpoch(study.id, 0, me, epoch(1), 2)).toBe(false)
      expect(await store.finish(study.id, 0, me, result(0.1))).toBe(false)
      expect(await store.fail(study.id, 0, me, { kind: 'x', reason: 'x', seconds: 1 })).toBe(false)
    })

    test('epochs of the first attempt are written over by the second', async () => {
      const { store, study, take } = await begun(1)
      await take(other)
      await store.recordEpoch(study.id, 0, other, epoch(1, 0.4), 2)
      await store.requeueStale(() => true)
      await take()
      await store.recordEpoch(study.id, 0, me, epoch(1, 0.6), 2)
      expect(await store.epochs(study.id, 0)).toEqual([{ position: 0, ...epoch(1, 0.6) }])
    })
  })

  describe(`${name}: reuse`, () => {
    async function twins() {
      const first = await begun(2)
      const { store, study, take } = first
      await take()
      await store.recordEpoch(study.id, 0, me, epoch(1, 0.6), 2)
      await store.recordEpoch(study.id, 0, me, epoch(2, 0.8), 4)
      await store.finish(study.id, 0, me, result(0.8))
      const second = await create(store, newStudy({ name: 'second' }))
      return { ...first, second }
    }

    test('a trial that is done in another study is not run again', async () => {
      const { store, study, second, environmentId } = await twins()
      await store.addTrials(second.id, [newTrial(0, { hash: 'hash 0' }), newTrial(1, { hash: 'new' })])
      const claim = await store.claim(second.id, other, environmentId)
      expect(claim).toMatchObject({ type: 'reused', trial: { position: 0, value: 0.8, status: 'done' } })
      expect(claim?.trial).toMatchObject({ reusedFrom: study.id, owner: null, ...result(0.8).scores })
      expect(await store.epochs(second.id, 0)).toEqual([
        { position: 0, ...epoch(1, 0.6) },
        { position: 0, ...epoch(2, 0.8) },
      ])
      expect(await store.claim(second.id, other, environmentId)).toMatchObject({
        type: 'run',
        trial: { position: 1, config: newTrial(1).config },
      })
    })

    test('all at once; copies survive the study they come from, and name the first one', async () => {
      const { store, study, second } = await twins()
      await store.addTrials(second.id, [newTrial(0, { hash: 'hash 0' }), newTrial(1)])
      expect(await store.reuse(second.id)).toBe(1)
      expect(await store.reuse(second.id)).toBe(0)
      await store.deleteStudy(study.id)
      const third = await create(store, newStudy({ name: 'third' }))
      await store.addTrials(third.id, [newTrial(0, { hash: 'hash 0' })])
      expect(await store.reuse(third.id)).toBe(1)
      expect(await store.trial(third.id, 0)).toMatchObject({ reusedFrom: study.id, value: 0.8 })
      expect((await store.study(third.id))?.seconds).toBe(0)
    })

    test('a result whose epochs are missing is not reused', async () => {
      const { store, study, second, take, environmentId } = await twins()
      await take()
      await store.recordEpoch(study.id, 1, me, epoch(2), 2)
      await store.finish(study.id, 1, me, result(0.9))
      await store.addTrials(second.id, [newTrial(0, { hash: 'hash 1' })])
      expect(await store.reuse(second.id)).toBe(0)
      expect(await store.claim(second.id, other, environmentId)).toMatchObject({ type: 'run' })
    })

    test('of some experiments, where they are named', async () => {
      const { store, second } = await twins()
      const hash = 'hash 0'
      await store.addTrials(second.id, [newTrial(0, { hash }), newTrial(1, { hash, experiment: 'b' })])
      expect(await store.reuse(second.id, { experiments: ['b'] })).toBe(1)
      expect(await store.trials(second.id)).toMatchObject([{ status: 'waiting' }, { status: 'done' }])
    })

    test('a trial whose twin is running elsewhere is left for later', async () => {
      const { store, study, second, environmentId } = await twins()
      await store.claim(study.id, me, environmentId)
      await store.addTrials(second.id, [newTrial(0, { hash: 'hash 1' }), newTrial(1, { hash: 'new' })])
      expect((await store.claim(second.id, other, environmentId))?.trial.position).toBe(1)
      expect(await store.claim(second.id, other, environmentId)).toBeUndefined()
      await store.finish(study.id, 1, me, result(0.9, { epochs: 0 }))
      expect(await store.claim(second.id, other, environmentId)).toMatchObject({ type: 'reused' })
    })

    test('the copy is judged by the metric of its own study', async () => {
      const { store, second } = await twins()
      await store.addTrials(second.id, [newTrial(0, { hash: 'hash 0', metric: 'trainLoss' })])
      await store.reuse(second.id)
      expect(await store.trial(second.id, 0)).toMatchObject({ metric: 'trainLoss', value: 0.25 })
    })
  })

  describe(`${name}: rungs`, () => {
    test('a trial pauses at its goal, and a rule lets it go on or ends it', async () => {
      const { store } = await open()
      const { id } = await create(store)
      const environmentId = await store.environment(environment)
      const goals = [1, 1, 1, null]
      await store.addTrials(
        id,
        goals.map((goal, i) => newTrial(i, { goal })),
      )
      const take = async () => (await store.claim(id, me, environmentId))?.trial
      await take()
      await take()
      await store.recordEpoch(id, 0, me, epoch(1, 0.7), 2)
      expect(await store.pause(id, 0, me, 2)).toBe(true)
      const decide = () =>
        store.applyDecisions(id, (trials) => {
          expect(trials.map(({ status }) => status)).toHaveLength(4)
          expect(trials.map(({ history }) => history)).toEqual([
            [{ position: 0, ...epoch(1, 0.7) }],
            [],
            [],
            [],
          ])
          return new Map<number, PruningDecision>([
            [0, { type: 'train', goal: 3 }],
            [1, { type: 'stop', after: 0, reason: 'it is running, this has to be told to its owner' }],
            [2, { type: 'wait' }],
            [3, { type: 'stop', after: 0, reason: 'the worse half' }],
          ])
        })
      expect(await decide()).toBe(3)
      expect(await decide()).toBe(0)
      const statuses = (await store.trials(id)).map(({ status }) => status)
      expect(statuses).toEqual(['waiting', 'running', 'paused', 'pruned'])
      expect(await store.trial(id, 3)).toMatchObject({ reason: 'the worse half', reasonKind: 'pruned' })
      expect(await take()).toMatchObject({ position: 0, goal: 3, seconds: 2, epochs: 1 })
      expect(await take()).toBeUndefined()
      await store.applyDecisions(id, () => each([2, 3], { type: 'train', goal: null }))
      expect(await take()).toMatchObject({ position: 2, goal: null })
      expect(await take()).toMatchObject({ position: 3, reason: null })
    })

    test('a trial that has ended has no goal, whatever it was sent on to', async () => {
      const { store, study } = await begun(4)
      const sendOn = () => store.applyDecisions(study.id, () => each([0, 1, 2], { type: 'train', goal: 5 }))
      await sendOn()
      const claims = [0, 1].map(() => store.claim(study.id, me, 1))
      for (const claim of claims) expect(await claim).toMatchObject({ trial: { goal: 5 } })
      await store.finish(study.id, 0, me, result(0.8))
      await store.fail(study.id, 1, me, { kind: 'diverged', reason: 'no number', seconds: 1 })
      await store.applyDecisions(study.id, () => each([2], { type: 'stop', after: 0, reason: 'x' }))
      const goals = (await store.trials(study.id)).map(({ status, goal }) => `${status} ${goal}`)
      expect(goals).toEqual(['done null', 'failed null', 'pruned null', 'waiting null'])
    })

    /** Two trials with two epochs each: one is done, one has failed. */
    async function ended() {
      const first = await begun(2)
      const { store, study, take } = first
      for (const position of [0, 1]) {
        await take()
        for (const number of [1, 2]) await store.recordEpoch(study.id, position, me, epoch(number), 2)
      }
      await store.finish(study.id, 0, me, result(0.8))
      await store.fail(study.id, 1, me, { kind: 'diverged', reason: 'no number', seconds: 1 })
      return first
    }

    test('no rule lets go on or hold what is done or failed, nor stops it after more epochs than it has', async () => {
      const { store, study } = await ended()
      for (const type of ['train', 'wait', 'stop'] as const) {
        const decisions = each([0, 1], { type, goal: null, after: 3, reason: 'x' })
        expect(await store.applyDecisions(study.id, () => decisions)).toBe(0)
      }
    })

    test('a trial that ended after the epoch of a decision becomes pruned, as if it had been stopped in time', async () => {
      const { store, study } = await ended()
      const stop = (after: number, reason: string) =>
        store.applyDecisions(study.id, () => each([0, 1], { type: 'stop', after, reason }))
      expect(await stop(1, 'worse')).toBe(2)
      const pruned = { status: 'pruned', epochs: 1, value: null, reasonKind: 'pruned', reason: 'worse' }
      const rest = { weightsEpoch: null, weightsSha256: null, validationAccuracy: null }
      for (const position of [0, 1])
        expect(await store.trial(study.id, position)).toMatchObject({ ...pruned, ...rest, details: null })
      expect(await stop(1, 'worse')).toBe(0)
      // A later decision with an earlier epoch replaces it.
      expect(await stop(0, 'much worse')).toBe(2)
      expect(await store.trial(study.id, 1)).toMatchObject({ epochs: 0, reason: 'much worse' })
      expect(await store.retryFailed(study.id)).toBe(0)
    })

    test('no trial goes on to a goal that its epochs have reached', async () => {
      const { store, study, take } = await begun(1)
      await take()
      await store.recordEpoch(study.id, 0, me, epoch(1), 2)
      await store.pause(study.id, 0, me, 2)
      const go = (goal: number | null) =>
        store.applyDecisions(study.id, () => each([0], { type: 'train', goal }))
      expect(await go(1)).toBe(0)
      expect(await go(2)).toBe(1)
    })

    test('a running trial can be pruned', async () => {
      const { store, study, take } = await begun(1)
      await take()
      expect(await store.prune(study.id, 0, me, { reason: 'below the median', after: 1, seconds: 2 })).toBe(
        true,
      )
      expect(await store.trial(study.id, 0)).toMatchObject({ status: 'pruned', seconds: 2, value: null })
    })
  })

  describe(`${name}: checkpoints`, () => {
    /** A running trial with one epoch, whose checkpoint is in a file "a". */
    async function saved() {
      const first = await begun(2)
      await first.take()
      await first.store.recordEpoch(first.study.id, 0, me, epoch(1), 2)
      expect(await first.store.saveCheckpoint(first.study.id, 0, me, 'a')).toBe(true)
      return first
    }

    test('a running trial names one file, which whoever takes the trial over is given', async () => {
      const { store, study, environmentId } = await saved()
      expect(await store.checkpointsInUse()).toEqual({ files: new Set(['a']), owners: new Set([me.id]) })
      expect(await store.saveCheckpoint(study.id, 0, me, 'b')).toBe(true)
      expect(await store.saveCheckpoint(study.id, 0, other, 'c')).toBe(false)
      expect(await store.saveCheckpoint(study.id, 1, me, 'c')).toBe(false)
      await store.release(me)
      expect(await store.checkpointsInUse()).toEqual({ files: new Set(['b']), owners: new Set() })
      const claim = await store.claim(study.id, other, environmentId)
      expect(claim).toMatchObject({ type: 'run', trial: { position: 0, checkpoint: 'b' } })
    })

    test.each<[string, (store: StudyStore, id: number) => Promise<unknown>]>([
      ['finish', (store, id) => store.finish(id, 0, me, result(0.8))],
      ['fail', (store, id) => store.fail(id, 0, me, { kind: 'memory', reason: 'x', seconds: 1 })],
      ['prune', (store, id) => store.prune(id, 0, me, { after: 1, reason: 'x', seconds: 1 })],
      [
        'a decision while it is paused',
        async (store, id) => {
          await store.pause(id, 0, me, 1)
          await store.applyDecisions(id, () => each([0], { type: 'stop', after: 1, reason: 'x' }))
        },
      ],
      [
        'a result of its twin',
        async (store, id) => {
          await store.release(me)
          const twin = await create(store, newStudy({ name: 'twin' }))
          await store.addTrials(twin.id, [newTrial(0)])
          await store.claim(twin.id, me, await store.environment(environment))
          await store.finish(twin.id, 0, me, result(0.8, { epochs: 0 }))
          expect(await store.reuse(id)).toBe(1)
        },
      ],
      ['deleting the study', (store, id) => store.deleteStudy(id)],
    ])('the end of a trial clears the name: %s', async (_, end) => {
      const { store, study } = await saved()
      await end(store, study.id)
      expect((await store.checkpointsInUse()).files).toEqual(new Set())
      await store.forget(study.id)
      await store.retryFailed(study.id)
      expect((await store.trial(study.id, 0))?.checkpoint ?? null).toBe(null)
    })
  })

  test(`${name}: an environment is stored once`, async () => {
    const { store, again } = await open()
    const id = await store.environment(environment)
    expect(await (await again()).environment({ ...environment })).toBe(id)
    const second = await store.environment({ ...environment, cores: 8 })
    expect([...(await store.environments())]).toEqual([
      [id, environment],
      [second, { ...environment, cores: 8 }],
    ])
  })
}
