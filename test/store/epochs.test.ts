import { expect, test } from 'vitest'
import { countedEpochs } from '../../src/store/epochs.ts'

test('of a pruned trial only the epochs up to its last counted one, of others all', () => {
  const epochs = [0, 1, 2, 3].flatMap((position) => [1, 2, 3].map((epoch) => ({ position, epoch })))
  const trials = [
    { position: 0, status: 'done', epochs: 3 },
    { position: 1, status: 'pruned', epochs: 2 },
    { position: 2, status: 'running', epochs: 2 },
    { position: 3, status: 'pruned', epochs: 0 },
  ] as const
  expect(countedEpochs(epochs, trials).map(({ position, epoch }) => `${position}.${epoch}`)).toEqual([
    ...['0.1', '0.2', '0.3', '1.1', '1.2', '2.1', '2.2', '2.3'],
  ])
})
