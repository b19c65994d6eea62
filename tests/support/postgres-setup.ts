import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The PostgreSQL of this run, or why there is none. See tests/support/with-postgres.ts. */
    postgres: { url: string } | { missing: string }
  }
}

/** vitest's global set-up: one PostgreSQL for the whole run, stopped at its end. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const server = await startPostgres()
  if ('missing' in server) {
    if (process.env.CI) throw new Error(`In CI nothing is skipped, but ${server.missing}.`)
    project.provide('postgres', { missing: server.missing })
    return
  }
  project.provide('postgres', { url: server.url })
  return server.stop
}
