import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** What replaces modules for all that load them later, or looks at the memory of the whole process. */
const NEEDS_OWN_PROCESS =
  /vi\.(mock|doMock|stubGlobal|stubEnv)\(|memoryUsage|HeapStatistics|PerformanceObserver/

const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => join('test', file))
const alone = files.filter((file) => NEEDS_OWN_PROCESS.test(readFileSync(file, 'utf8')))

/** With a process for each file the tests take a sixth longer, for loading the same modules again; so most files share. */
const project = (name: string, include: string[], isolate: boolean) => ({
  extends: true as const,
  test: { name, include, isolate },
})

export default defineConfig({
  test: {
    globalSetup: 'test/notTested.ts',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // One processor is left to what the tests start: threads, workers, a browser.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      project('alone', alone, true),
      project(
        'together',
        files.filter((file) => !alone.includes(file)),
        false,
      ),
    ],
  },
})
