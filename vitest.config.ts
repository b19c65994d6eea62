import { globSync, readFileSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

/** They watch a process's memory or how soon something is noticed, so nothing may run beside them. */
const measured = [
  'tests/integration/limits/*.test.ts',
  'tests/integration/trust/!(exactness|from-outside|locust|rotation-under-load|unfinished-heads).test.ts',
]

/** They put other modules in the place of ours, which nobody who shares a process with them could bear. */
const mocking = globSync('tests/unit/**/*.test.{ts,tsx}').filter((file) =>
  /\bvi\.(?:do)?mock\(/i.test(readFileSync(file, 'utf8')),
)

export default defineConfig({
  test: {
    // As many as there are cores; unsaid, one of them would be left to a person who watches.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.{ts,tsx}'],
          exclude: mocking,
          setupFiles: ['tests/support/leave-no-trace.ts'],
          // One process after the other would load and warm up the same modules a hundred times over.
          isolate: false,
          // Some try a great many values, and a machine may be busy.
          testTimeout: 30_000,
        },
      },
      { test: { name: 'unit-mocking', include: mocking, testTimeout: 30_000 } },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts', 'tests/conformance/**/*.test.ts'],
          globalSetup: ['tests/support/postgres-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
          // They wait more than they work: three files at a time keep two cores busy and starve nobody.
          maxWorkers: 3,
          exclude: measured,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'measured',
          include: measured,
          testTimeout: 30_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
