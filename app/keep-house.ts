import { deleteAccount } from '#lib/accounts/accounts.ts'
import { listForgottenGuests } from '#lib/accounts/guests.ts'
import { forgetTries } from '#lib/accounts/tries.ts'
import { eraseOwner } from '#lib/chat/change-owner.ts'
import { purgeWhenDue } from '#lib/chat/conversation-purge.ts'
import type { Database } from '#lib/db/schema.ts'
import { log } from '#lib/log.ts'

const EVERY_MS = 60 * 60 * 1000
/** Guests erased at once, so that whoever opens the page does not wait long. */
const BATCH = 20

let nextAt = 0

/** Erases what is due: deleted conversations, forgotten guests, counts of wrong tries. At most once an hour. */
export async function keepHouse(db: Database, now: number): Promise<void> {
  await purgeWhenDue(db, now)
  if (now < nextAt) return
  nextAt = now + EVERY_MS
  await forgetTries(db, now)
  const guests = await listForgottenGuests(db, now, BATCH)
  for (const id of guests) {
    await eraseOwner(db, id)
    await deleteAccount(db, id)
  }
  if (guests.length > 0) log('info', 'guests_erased', { count: guests.length })
}
