import { expect, test } from 'vitest'
import { OwnerWatch } from '../../../src/study/run/ownerWatch.ts'
import { newOwner } from '../../store/studyFixtures.ts'

const own = newOwner('own')
const other = newOwner('other', 2)
const gone = newOwner('gone', 3)

function begin() {
  let time = 1000
  const watch = new OwnerWatch({
    own,
    staleSeconds: 60,
    isGone: ({ id }) => id === 'gone',
    clock: () => time,
  })
  const round = (after: number): void => {
    time += after
    watch.beginRound()
  }
  return { watch, round }
}

test('an owner is dead once its heartbeat was seen unchanged for the whole time', () => {
  const { watch, round } = begin()
  for (let i = 0; i < 12; i++) {
    round(5)
    expect(watch.isDead(other, 'a')).toBe(false)
  }
  round(5)
  expect(watch.isDead(other, 'a')).toBe(true)
})

test('a heartbeat that changes is a sign of life, whatever time it names', () => {
  const { watch, round } = begin()
  for (const heartbeat of ['2026-01-01', '1970-01-01', '9999-01-01', '1970-01-01']) {
    for (let i = 0; i < 12; i++) {
      round(5)
      expect(watch.isDead(other, heartbeat)).toBe(false)
    }
  }
})

test('a process that was suspended starts to watch anew', () => {
  const { watch, round } = begin()
  round(5)
  expect(watch.isDead(other, 'a')).toBe(false)
  round(3600)
  for (let i = 0; i < 12; i++) {
    expect(watch.isDead(other, 'a')).toBe(false)
    round(5)
  }
  expect(watch.isDead(other, 'a')).toBe(true)
})

test('a process that is known to be gone is dead at once; this run never is', () => {
  const { watch, round } = begin()
  round(0)
  expect(watch.isDead(gone, 'a')).toBe(true)
  for (let i = 0; i < 30; i++) {
    round(5)
    expect(watch.isDead(own, 'a')).toBe(false)
  }
})
