import type { Dataset } from '../src/data/dataset.ts'
import type { TrainingInput } from '../src/train/config.ts'
import type { TrainingEvent } from '../src/train/events.ts'
import { trainEvents } from '../src/train/train.ts'
import { type Contestant, type EpochTime, OURS } from './contest.ts'

/** atelier itself: the training waits between epochs because nobody asks for the next event. */
export function ours(config: TrainingInput, dataset: Dataset, threads: number, epochs: number): Contestant {
  const events = trainEvents({ ...config, epochs }, dataset, { threads })
  const next = async (): Promise<TrainingEvent> => {
    const { value } = await events.next()
    if (!value) throw new Error('The training ended early.')
    return value
  }
  let begun = false
  return {
    name: OURS,
    threads,
    async epoch(): Promise<EpochTime> {
      // Opening the session (fitting the preprocessing, starting threads) is not part of an epoch.
      if (!begun) await next()
      begun = true
      let cpuSeconds = 0
      let before = process.cpuUsage()
      for (;;) {
        const event = await next()
        if (event.type === 'progress') {
          const { user, system } = process.cpuUsage(before)
          cpuSeconds += (user + system) / 1e6
          before = process.cpuUsage()
        }
        if (event.type === 'epoch') return { seconds: event.record.seconds, cpuSeconds }
      }
    },
    async finish(): Promise<number> {
      for (;;) {
        const event = await next()
        if (event.type !== 'done') continue
        await events.return()
        return event.result.test?.accuracy ?? Number.NaN
      }
    },
  }
}
