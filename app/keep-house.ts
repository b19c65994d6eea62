import { after } from 'next/server'
import { getFileStore } from '#lib/chat/files/open-file-store.ts'
import { getConfig } from '#lib/config.ts'
import type { Database } from '#lib/db/schema.ts'
import { keepHouse } from '#lib/housekeeping/keep-house.ts'
import { whatExpires } from '#lib/housekeeping/what-expires.ts'
import { log } from '#lib/log.ts'

/** How often a process looks whether something is due. The Node host does so by itself (`server/keep-house-hourly.ts`). */
const LOOK_EVERY_MS = 5 * 60 * 1000
/** Where a process lives only as long as it answers, it is soon to end. */
const LONGEST_MS = 5_000

let nextAt = 0

/** Erases what is due once the present request is answered, for hosts that do nothing between requests. */
export function keepHouseAfter(db: Database, now: number): void {
  if (now < nextAt) return
  nextAt = now + LOOK_EVERY_MS
  after(async () => {
    const expiries = whatExpires(getConfig(), getFileStore())
    await keepHouse(db, { expiries, signal: AbortSignal.timeout(LONGEST_MS) }).catch((error: unknown) =>
      log('error', 'housekeeping_failed', { error }),
    )
  })
}
