import { getFileStore } from '#lib/chat/files/open-file-store.ts'
import type { Config } from '#lib/config.ts'
import type { Database } from '#lib/db/schema.ts'
import { keepHouse } from '#lib/housekeeping/keep-house.ts'
import { log } from '#lib/log.ts'

/** At the start there is other work. */
const FIRST_MS = 30_000
/** More often than it is due: another instance may have gone in the middle of it. */
const LOOK_EVERY_MS = 5 * 60 * 1000

/** Erases what is due, once an hour, at one of the instances. Returns a function that ends it, after the batch under way. */
export function keepHouseHourly(db: Database, config: Config): () => Promise<void> {
  const end = new AbortController()
  const { signal } = end
  const tidyUp = async () => {
    // What erases is loaded when it is needed, so that the host starts without it.
    const { whatExpires } = await import('#lib/housekeeping/what-expires.ts')
    await keepHouse(db, { expiries: whatExpires(config, getFileStore()), signal })
  }
  const look = async () => {
    await tidyUp().catch((error: unknown) => log('error', 'housekeeping_failed', { error }))
    if (!signal.aborted) timer = setTimeout(() => (looking = look()), LOOK_EVERY_MS)
  }
  let looking: Promise<void> = Promise.resolve()
  let timer = setTimeout(() => {
    looking = look()
  }, FIRST_MS)
  return async () => {
    end.abort()
    clearTimeout(timer)
    await looking
  }
}
