import { afterAll, beforeAll, describe, inject } from 'vitest'
import { createDatabase } from './postgres.ts'

/**
 * A group of integration tests with an empty PostgreSQL database of its own; `databaseUrl()` is its URL, to be called
 * inside tests and hooks. Without a PostgreSQL the tests are skipped and their name says why; in CI the run fails.
 */
export function withPostgres(name: string, tests: (databaseUrl: () => string) => void): void {
  const server = inject('postgres')
  if ('missing' in server) {
    describe.skip(`${name} (${server.missing})`, () => tests(() => ''))
    return
  }
  describe(name, () => {
    let database: Awaited<ReturnType<typeof createDatabase>> | undefined
    beforeAll(async () => {
      database = await createDatabase(server.url)
    })
    afterAll(() => database?.drop())
    tests(() => {
      if (!database) throw new Error('databaseUrl() is known only inside tests and hooks')
      return database.url
    })
  })
}
