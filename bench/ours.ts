import { AtelierError } from '../src/base/errors.ts'
import type { Dataset } from '../src/data/dataset.ts'
import { ENGINE_NAMES, type EngineName } from '../src/engine/engine.ts'
import type { TrainingInput } from '../src/train/config.ts'
import type { TrainingEvent } from '../src/train/events.ts'
import { trainEvents } from '../src/train/train.ts'
import type { EpochTime, Finish, Start } from './contest.ts'

/** All engines of the library that are made to be fast: the float64 reference is not. */
export const engines: readonly EngineName[] = ENGINE_NAMES.filter((name) => name !== 'reference')

/** How atelier with this engine is called in tables. */
export function nameOf(engine: EngineName): string {
  return engines.length === 1 ? 'atelier' : `atelier ${engine}`
}

/**
 * atelier itself with one of its engines, if this machine has what that needs. The training waits between epochs because
 * nobody asks for the next event.
 */
export async function startOurs(
  config: TrainingInput,
  dataset: Dataset,
  threads: number,
  epochs: number,
  engine: EngineName,
  name = nameOf(engine),
): Promise<Start> {
  const events = trainEvents({ ...config, epochs }, dataset, { threads, engine })
  const next = async (): Promise<TrainingEvent> => {
    const { value } = await events.next()
    if (!value) throw new Error('The training ended early.')
    return value
  }
  let library: string | undefined
  try {
    // Opening the session (fitting the preprocessing, starting threads) is not part of an epoch.
    const first = await next()
    if (first.type === 'start') library = first.library
    if (first.type === 'start' && first.engine !== engine) {
      await events.return()
      return { contestant: undefined, reason: `${name}: the engine ${first.engine} was taken instead` }
    }
  } catch (error) {
    if (!(error instanceof AtelierError)) throw error
    return { contestant: undefined, reason: `${name} not available: ${error.message}` }
  }
  return {
    ...(library === undefined ? {} : { note: `${name} computes with ${library}` }),
    contestant: {
      name,
      threads,
      engine,
      share: 1,
      async epoch(): Promise<EpochTime> {
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
      async finish(): Promise<Finish> {
        for (;;) {
          const event = await next()
          if (event.type === 'done' && event.result.test !== null)
            return { testAccuracy: event.result.test.accuracy, testRows: dataset.test.count }
        }
      },
      async stop(): Promise<void> {
        await events.return()
      },
    },
  }
}
