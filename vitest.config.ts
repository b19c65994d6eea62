import { defineConfig } from 'vitest/config'

/** They watch a process's memory or how soon something is noticed, so nothing may run beside them. */
const measured = [
  'tests/integration/limits/*.test.ts',
  'tests/integration/trust/!(exactness|from-outside|locust|rotation-under-load).test.ts',
]

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['tests/unit/**/*.test.{ts,tsx}'] } },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts', 'tests/conformance/**/*.test.ts'],
          globalSetup: ['tests/support/postgres-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
          // They wait more than they work: two files at a time keep two cores busy and starve nobody.
          maxWorkers: 2,
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
