import { deleteAccount } from '#lib/accounts/accounts.ts'
import { forgetCodes } from '#lib/accounts/codes.ts'
import { listForgottenGuests } from '#lib/accounts/guests.ts'
import { forgetSessions } from '#lib/accounts/session-rows.ts'
import { forgetTries } from '#lib/accounts/tries.ts'
import { eraseOwner } from '#lib/chat/change-owner.ts'
import { purgeDeleted } from '#lib/chat/conversation-purge.ts'
import { collectFiles } from '#lib/chat/files/collect-files.ts'
import { getFileStore } from '#lib/chat/files/file-store.ts'
import { purgeShares } from '#lib/chat/sharing/shares.ts'
import type { Database } from '#lib/db/schema.ts'
import { purgeModeration } from '#lib/legal/moderated.ts'
import { purgeReports } from '#lib/legal/reports.ts'
import { log } from '#lib/log.ts'

const EVERY_MS = 60 * 60 * 1000
/** Guests erased at once, so that whoever opens the page does not wait long. */
const BATCH = 20

let nextAt = 0

/**
 * Erases what is due: deleted conversations, shares, links and sessions whose time is over, reports of long ago, forgotten
 * guests, files nobody uses, counts of wrong tries. At most once an hour. Never rejects:
 * whoever reads while the database cannot be written is not to suffer from it.
 */
export async function keepHouse(db: Database, now: number): Promise<void> {
  if (now < nextAt) return
  nextAt = now + EVERY_MS
  await eraseWhatIsDue(db, now).catch((error: unknown) => log('error', 'housekeeping_failed', { error }))
}

async function eraseWhatIsDue(db: Database, now: number): Promise<void> {
  const erased = await purgeDeleted(db, now)
  if (erased > 0) log('info', 'conversations_erased', { count: erased })
  await purgeShares(db, now)
  await purgeReports(db, now)
  await purgeModeration(db, now)
  await forgetTries(db, now)
  await forgetCodes(db, now)
  await forgetSessions(db, now)
  const guests = await listForgottenGuests(db, now, BATCH)
  for (const id of guests) {
    await eraseOwner(db, id)
    await deleteAccount(db, id)
  }
  if (guests.length > 0) log('info', 'guests_erased', { count: guests.length })
  const files = await collectFiles(db, getFileStore(), now)
  if (files > 0) log('info', 'files_erased', { count: files })
}
