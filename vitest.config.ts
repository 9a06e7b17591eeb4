import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: 'test/notTested.ts',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // One processor is left to what the tests start: threads, workers, a browser.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
})
