import { randomBytes } from 'node:crypto'
import { DAY_MS } from '../day.ts'
import type { Database } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import type { ApiTokenView } from './contract.ts'
import { digestOf } from './digest.ts'
import { openAccounts } from './open-accounts.ts'
import { takeTurns } from './take-turns.ts'

/** Enough for every program of a person; more are a program that makes them. */
const MAX_TOKENS = 50
const SHOWN_CHARS = 'tain-'.length + 4
/** When a token was used is written down to the minute: writing it for every request would cost more than the request. */
const USED_EVERY_MS = 60_000

/** Makes a token for a person's programs. It is told once: only its digest is kept. Throws {@link SiteError} 409. */
export async function createApiToken(
  db: Database,
  accountId: string,
  { name, days }: { name: string; days?: number | undefined },
): Promise<{ id: string; token: string }> {
  const token = `tain-${randomBytes(24).toString('base64url')}`
  const now = Date.now()
  const row = {
    id: crypto.randomUUID(),
    account_id: accountId,
    name,
    prefix: token.slice(0, SHOWN_CHARS),
    digest: digestOf(token),
    created_at: now,
    expires_at: days === undefined ? null : now + days * DAY_MS,
    used_at: null,
  }
  await db.transaction().execute(async (tx) => {
    // Of two made at the same time each is to count the other.
    await takeTurns(tx, accountId)
    await tx.insertInto('api_token').values(row).execute()
    const { count } = await tx
      .selectFrom('api_token')
      .select((eb) => eb.fn.countAll<number | bigint | string>().as('count'))
      .where('account_id', '=', accountId)
      .executeTakeFirstOrThrow()
    if (Number(count) > MAX_TOKENS) {
      throw new SiteError(
        409,
        'too_many_tokens',
        `An account has at most ${MAX_TOKENS} tokens. Revoke one first.`,
      )
    }
  })
  return { id: row.id, token }
}

/** The newest first; those that have ended too, until they are revoked. */
export async function listApiTokens(db: Database, accountId: string): Promise<ApiTokenView[]> {
  const rows = await db
    .selectFrom('api_token')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('created_at', 'desc')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  }))
}

/** False when this account has no such token. Every instance refuses it within a second. */
export async function revokeApiToken(db: Database, accountId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('api_token')
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/**
 * Whose token has this digest; null when it is unknown or has ended, or its account was closed or came by an access code
 * that has. All tokens of an account, and its chat, are one caller to the gateway.
 */
export async function findTokenOwner(
  db: Database,
  digest: string,
): Promise<{ id: string; tokenId: string } | null> {
  const now = Date.now()
  const row = await openAccounts(db, now)
    .innerJoin('api_token', 'api_token.account_id', 'account.id')
    .select(['api_token.id', 'api_token.account_id', 'api_token.used_at'])
    .where('api_token.digest', '=', digest)
    .where((eb) => eb.or([eb('api_token.expires_at', 'is', null), eb('api_token.expires_at', '>', now)]))
    .executeTakeFirst()
  if (!row) return null
  if ((row.used_at ?? 0) < now - USED_EVERY_MS) await noteUse(db, row.id, now)
  return { id: row.account_id, tokenId: row.id }
}

/** A note, not a condition: a database that only reads must not lock programs out. */
async function noteUse(db: Database, id: string, now: number): Promise<void> {
  await db
    .updateTable('api_token')
    .set({ used_at: now })
    .where('id', '=', id)
    .execute()
    .catch(() => undefined)
}
