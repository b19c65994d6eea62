import { sql } from 'kysely'
import { expiringRows } from '../db/expiring.ts'
import type { Database } from '../db/schema.ts'
import { ifWritable } from '../db/storage-failure.ts'
import type { Role, SessionView } from './contract.ts'
import { openAccounts } from './open-accounts.ts'

/** How long a browser stays signed in, in seconds. */
export const MAX_AGE_S = 180 * 24 * 60 * 60
const SEEN_EVERY_MS = 60 * 60 * 1000

/** Opens a session of an account; returns its id. */
export async function openSession(db: Database, accountId: string, agent: string): Promise<string> {
  const id = crypto.randomUUID()
  const now = Date.now()
  await db
    .insertInto('session')
    .values({
      id,
      account_id: accountId,
      agent,
      created_at: now,
      seen_at: now,
      expires_at: now + MAX_AGE_S * 1000,
    })
    .execute()
  return id
}

/** The role of a session's account, if the session still is one; null when it was ended or the account closed. */
export async function roleOfSession(db: Database, id: string, accountId: string): Promise<Role | null> {
  const now = Date.now()
  const row = await openAccounts(db, now)
    .innerJoin('session', 'session.account_id', 'account.id')
    .select(['account.role', 'session.seen_at'])
    .where('session.id', '=', id)
    .where('account.id', '=', accountId)
    .where('session.expires_at', '>', now)
    .executeTakeFirst()
  if (!row) return null
  if (row.seen_at < now - SEEN_EVERY_MS) {
    const seen = { seen_at: now }
    await ifWritable(db.updateTable('session').set(seen).where('id', '=', id).execute())
    await ifWritable(db.updateTable('account').set(seen).where('id', '=', accountId).execute())
  }
  return row.role
}

export async function listSessions(
  db: Database,
  accountId: string,
  current?: string,
): Promise<SessionView[]> {
  const rows = await db
    .selectFrom('session')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('expires_at', '>', Date.now())
    .orderBy('seen_at', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    agent: row.agent,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    isThis: row.id === current,
  }))
}

/** Ends one session of the account, or with `{ allBut }` every other one. Returns how many. */
export async function endSessions(
  db: Database,
  accountId: string,
  which: { id: string } | { allBut: string | undefined },
): Promise<number> {
  const ofAccount = db.deleteFrom('session').where('account_id', '=', accountId)
  const ending =
    'id' in which ? ofAccount.where('id', '=', which.id) : ofAccount.where('id', '<>', which.allBut ?? '')
  return Number((await ending.executeTakeFirst()).numDeletedRows)
}

/** Sessions whose cookie has expired. */
export const pastSessions = expiringRows('session', 'id', (now) => sql`expires_at <= ${now}`)
