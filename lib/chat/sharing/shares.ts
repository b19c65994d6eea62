import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { DAY_MS } from '../../day.ts'
import { expiringRows } from '../../db/expiring.ts'
import type { Database } from '../../db/schema.ts'
import { SiteError } from '../../site-error.ts'
import { getConversation } from '../conversations.ts'
import { pathTo } from '../message-tree.ts'
import type { Share, SharedBranch, ShareRequest } from './share-contract.ts'
import { takeSnapshot } from './take-snapshot.ts'

/** Each is a copy of its branch, so one owner cannot have them without end. */
const MAX_SHARES = 500

/**
 * Freezes a branch under a new id. Null unless conversation and leaf are the owner's. Throws {@link SiteError} 409 when
 * nothing in it can be shared yet, or the owner has too many shares.
 */
export async function createShare(
  db: Database,
  owner: string,
  { conversationId, leafId, lifetimeDays }: ShareRequest,
  now: number,
): Promise<Share | null> {
  const conversation = await getConversation(db, owner, conversationId)
  const branch = conversation ? pathTo(conversation.messages, leafId) : []
  if (!conversation || branch.length === 0) return null
  const messages = takeSnapshot(branch)
  if (!messages.some(({ parts }) => parts.length > 0)) {
    throw new SiteError(409, 'nothing_to_share', 'There is nothing here that can be shared yet.')
  }
  if ((await listShares(db, owner, now)).length >= MAX_SHARES) {
    throw new SiteError(409, 'too_many_shares', `You have ${MAX_SHARES} shares. Withdraw some of them first.`)
  }
  const share = {
    id: randomBytes(16).toString('base64url'),
    title: conversation.title,
    createdAt: now,
    expiresAt: lifetimeDays === null ? null : now + lifetimeDays * DAY_MS,
  }
  await db
    .insertInto('share')
    .values({
      id: share.id,
      conversation_id: conversationId,
      title: share.title,
      messages: JSON.stringify(messages),
      created_at: share.createdAt,
      expires_at: share.expiresAt,
    })
    .execute()
  return { ...share, conversationId }
}

/** Shares that can be read at `now`, of conversations that are not deleted and of owners who may use the site. */
const livingShares = (db: Database, now: number) =>
  db
    .selectFrom('share')
    .innerJoin('conversation', 'conversation.id', 'share.conversation_id')
    .leftJoin('account', 'account.id', 'conversation.owner')
    .where('conversation.deleted_at', 'is', null)
    .where('account.disabled_at', 'is', null)
    .where((eb) => eb.or([eb('share.expires_at', 'is', null), eb('share.expires_at', '>', now)]))

/** The owner's shares, newest first. */
export async function listShares(db: Database, owner: string, now: number): Promise<Share[]> {
  return await livingShares(db, now)
    .select([
      'share.id',
      'share.conversation_id as conversationId',
      'share.title',
      'share.created_at as createdAt',
      'share.expires_at as expiresAt',
    ])
    .where('conversation.owner', '=', owner)
    .orderBy('share.created_at', 'desc')
    .orderBy('share.id')
    .execute()
}

/** What readers of a share see; null when there is none, or no longer. */
export async function findShare(db: Database, id: string, now: number): Promise<SharedBranch | null> {
  const row = await livingShares(db, now)
    .select(['share.title', 'share.created_at as createdAt', 'share.messages'])
    .where('share.id', '=', id)
    .executeTakeFirst()
  return row ? { ...row, messages: JSON.parse(row.messages) } : null // written above, from typed values
}

/** Withdraws a share, for good. False unless it is the owner's. */
export async function revokeShare(db: Database, owner: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('share')
    .where('id', '=', id)
    .where('conversation_id', 'in', (eb) =>
      eb.selectFrom('conversation').select('id').where('owner', '=', owner),
    )
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Shares whose time is over. */
export const expiredShares = expiringRows('share', 'id', (now) => sql`expires_at <= ${now}`)
