import { deleteAccount } from '#lib/accounts/accounts.ts'
import { startSession } from '#lib/accounts/session.ts'
import { changeOwner } from '#lib/chat/change-owner.ts'
import type { Database } from '#lib/db/schema.ts'

/** Signs the browser in; what it wrote as a guest comes along. */
export async function enter(db: Database, accountId: string): Promise<Response> {
  const { guestId } = await startSession(db, accountId)
  if (guestId !== undefined) {
    await changeOwner(db, guestId, accountId)
    await deleteAccount(db, guestId)
  }
  return new Response(null, { status: 204 })
}
