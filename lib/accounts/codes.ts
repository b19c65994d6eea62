import { sql } from 'kysely'
import { DAY_MS } from '../day.ts'
import { expiringRows } from '../db/expiring.ts'
import type { Database } from '../db/schema.ts'
import { insertAccount, type NewPerson } from './accounts.ts'
import type { AccessCodeView } from './contract.ts'
import { digestOf, newCode } from './digest.ts'
import { hashPassword } from './passwords.ts'
import { parseQuota } from './quotas/account-quota.ts'
import type { Quota } from './quotas/quota.ts'

const LIFE_MS = { invite: 14 * DAY_MS, reset: 2 * DAY_MS, mailed_reset: DAY_MS / 24, confirm: 2 * DAY_MS }

/**
 * What a code is for: making an account (`invite`); setting the password of an account, handed over by its owner (`reset`) or
 * sent to the account's address (`mailed_reset`); or showing that the address is the account's (`confirm`).
 */
export type CodeKind = keyof typeof LIFE_MS

/** Makes a code that works once. All but an invitation are about `accountId`. */
export async function createOneTimeCode(
  db: Database,
  kind: CodeKind,
  createdBy: string,
  accountId: string | null = null,
): Promise<string> {
  const code = newCode()
  const now = Date.now()
  await db
    .insertInto('one_time_code')
    .values({
      digest: digestOf(code),
      kind,
      account_id: accountId,
      created_by: createdBy,
      created_at: now,
      expires_at: now + LIFE_MS[kind],
    })
    .execute()
  return code
}

/** Uses a code of one of `kinds` up. Null when it is wrong, expired or used; of two at once only one succeeds. */
export async function takeOneTimeCode(
  db: Database,
  kinds: CodeKind | readonly CodeKind[],
  code: string,
): Promise<{ kind: CodeKind; accountId: string | null } | null> {
  const taken = await db
    .deleteFrom('one_time_code')
    .where('digest', '=', digestOf(code))
    .where('kind', 'in', [kinds].flat())
    .where('expires_at', '>', Date.now())
    .returning(['kind', 'account_id'])
    .executeTakeFirst()
  return taken ? { kind: taken.kind, accountId: taken.account_id } : null
}

/** Makes an account for somebody who was invited; null when the invitation is none. It is used up only with success. */
export async function signUpByInvitation(
  db: Database,
  { name, email, password }: NewPerson,
  code: string,
): Promise<string | null> {
  const password_hash = await hashPassword(password)
  return await db.transaction().execute(async (tx) => {
    const isInvited = await takeOneTimeCode(tx, 'invite', code)
    return isInvited ? await insertAccount(tx, { role: 'user', name, email, password_hash }) : null
  })
}

/** Makes a code with which any number of people come in, each as a user of their own. It is not told again. */
export async function createAccessCode(
  db: Database,
  { name, days, quota = {} }: { name: string; days?: number; quota?: Quota },
): Promise<string> {
  const code = newCode()
  const now = Date.now()
  await db
    .insertInto('access_code')
    .values({
      id: crypto.randomUUID(),
      name,
      digest: digestOf(code),
      created_at: now,
      expires_at: days === undefined ? null : now + days * DAY_MS,
      quota: JSON.stringify(quota),
    })
    .execute()
  return code
}

export async function listAccessCodes(db: Database): Promise<AccessCodeView[]> {
  const rows = await db.selectFrom('access_code').selectAll().orderBy('created_at', 'desc').execute()
  return rows.map(({ id, name, quota, created_at, expires_at }) => ({
    id,
    name,
    quota: parseQuota(quota),
    createdAt: created_at,
    expiresAt: expires_at,
  }))
}

/**
 * Withdraws a code and closes the accounts of the members who came by it: they are signed out, their programs too, and cannot
 * come again, by a provider that they linked neither. False when there is none.
 */
export async function withdrawAccessCode(db: Database, id: string): Promise<boolean> {
  return await db.transaction().execute(async (tx) => {
    // Who was made an admin meanwhile is trusted by somebody, and not for another admin to close.
    const people = tx
      .selectFrom('account')
      .select('id')
      .where('access_code_id', '=', id)
      .where('role', '=', 'user')
    await tx.deleteFrom('session').where('account_id', 'in', people).execute()
    await tx.deleteFrom('api_token').where('account_id', 'in', people).execute()
    await tx.updateTable('account').set({ disabled_at: Date.now() }).where('id', 'in', people).execute()
    const { numDeletedRows } = await tx.deleteFrom('access_code').where('id', '=', id).executeTakeFirst()
    return numDeletedRows === 1n
  })
}

/** Lets somebody in by an access code: the id of a new account, or null when the code is wrong or has ended. */
export async function enterByAccessCode(db: Database, code: string): Promise<string | null> {
  const found = await db
    .selectFrom('access_code')
    .select(['id', 'name'])
    .where('digest', '=', digestOf(code))
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', Date.now())]))
    .executeTakeFirst()
  return found ? await insertAccount(db, { role: 'user', name: found.name, access_code_id: found.id }) : null
}

/** Links that nobody used in time. */
export const pastCodes = expiringRows('one_time_code', 'digest', (now) => sql`expires_at <= ${now}`)
