import type { Selectable } from 'kysely'
import type { Database, Schema } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import type { AccountView, Role } from './contract.ts'
import { hashPassword, isPassword } from './passwords.ts'
import { nameFromElsewhere } from './shown-name.ts'

/** Somebody who signs in with e-mail and password. */
export interface NewPerson {
  name: string
  email: string
  password: string
}

/** Makes an account; returns its id. Throws {@link SiteError} 409 when the e-mail address has one. */
export async function createAccount(
  db: Database,
  { name, email, password }: NewPerson,
  role: Exclude<Role, 'guest'> = 'user',
): Promise<string> {
  const password_hash = await hashPassword(password)
  return await insertAccount(db, { role, name, email, password_hash })
}

/** An account without a password: of an access code, or of somebody whom another service vouches for. */
export async function insertAccount(
  db: Database,
  values: Pick<Selectable<Schema['account']>, 'role' | 'name'> &
    Partial<
      Pick<Selectable<Schema['account']>, 'email' | 'email_confirmed_at' | 'password_hash' | 'access_code_id'>
    >,
): Promise<string> {
  const id = crypto.randomUUID()
  const now = Date.now()
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('account')
    .values({ id, created_at: now, seen_at: now, ...values })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows === 1n) return id
  throw new SiteError(409, 'email_taken', 'There is an account with this e-mail address.', { field: 'email' })
}

/** The id of the account, or null when address or password are wrong or the account is closed. */
export async function findByPassword(db: Database, email: string, password: string): Promise<string | null> {
  const account = await db
    .selectFrom('account')
    .select(['id', 'password_hash'])
    .where('email', '=', email)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  return (await isPassword(account?.password_hash, password)) && account ? account.id : null
}

/** Whether this is the account's own password, or it has none. */
export async function confirmPassword(
  db: Database,
  id: string,
  password: string | undefined,
): Promise<boolean> {
  const account = await db
    .selectFrom('account')
    .select('password_hash')
    .where('id', '=', id)
    .executeTakeFirst()
  if (account?.password_hash === null) return true
  return await isPassword(account?.password_hash, password ?? '')
}

export async function hasPassword(db: Database, id: string): Promise<boolean> {
  const account = await db
    .selectFrom('account')
    .select('id')
    .where('id', '=', id)
    .where('password_hash', 'is not', null)
    .executeTakeFirst()
  return account !== undefined
}

/** Sets a password, and ends every session but `keep` and all links with which another could be set. */
export async function setPassword(db: Database, id: string, password: string, keep?: string): Promise<void> {
  const password_hash = await hashPassword(password)
  await db.transaction().execute(async (tx) => {
    await tx.updateTable('account').set({ password_hash }).where('id', '=', id).execute()
    let sessions = tx.deleteFrom('session').where('account_id', '=', id)
    if (keep !== undefined) sessions = sessions.where('id', '<>', keep)
    await sessions.execute()
    await tx
      .deleteFrom('one_time_code')
      .where('account_id', '=', id)
      .where('kind', 'in', ['reset', 'mailed_reset'])
      .execute()
  })
}

/** Notes that an account's address was shown to be its holder's. */
export async function confirmEmail(db: Database, id: string): Promise<void> {
  await db
    .updateTable('account')
    .set({ email_confirmed_at: Date.now() })
    .where('id', '=', id)
    .where('email', 'is not', null)
    .execute()
}

export async function renameAccount(db: Database, id: string, name: string): Promise<void> {
  await db.updateTable('account').set({ name }).where('id', '=', id).execute()
}

/** The account whom a service knows as `subject`; made at the first time. */
export async function accountOfLink(
  db: Database,
  provider: string,
  subject: string,
  name: string,
): Promise<string | null> {
  const find = () =>
    db
      .selectFrom('account_link')
      .innerJoin('account', 'account.id', 'account_link.account_id')
      .select(['account.id', 'account.disabled_at'])
      .where('provider', '=', provider)
      .where('subject', '=', subject)
      .executeTakeFirst()
  const known = await find()
  if (known) return known.disabled_at === null ? known.id : null
  try {
    return await db.transaction().execute(async (tx) => {
      const account_id = await insertAccount(tx, { role: 'user', name: nameFromElsewhere(name) })
      await tx
        .insertInto('account_link')
        .values({ provider, subject, account_id, created_at: Date.now() })
        .execute()
      return account_id
    })
  } catch (error) {
    // Two requests came at once, and the other one was first.
    const other = await find()
    if (other) return other.id
    throw error
  }
}

export async function findAccount(db: Database, id: string): Promise<AccountView | null> {
  const row = await db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? viewOfAccount(row) : null
}

/**
 * Changes the role or closes the account, which ends its sessions, if it has one of `ofRoles`. False when there is no
 * such account.
 */
export async function changeAccount(
  db: Database,
  id: string,
  change: { role?: 'admin' | 'user'; disabled?: boolean },
  ofRoles: readonly ('admin' | 'user')[],
): Promise<boolean> {
  const { role, disabled } = change
  return await db.transaction().execute(async (tx) => {
    const result = await tx
      .updateTable('account')
      .set((eb) => ({
        role: role ?? eb.ref('role'),
        ...(disabled !== undefined && { disabled_at: disabled ? Date.now() : null }),
      }))
      .where('id', '=', id)
      .where('role', 'in', ofRoles)
      .executeTakeFirst()
    if (result.numUpdatedRows === 0n) return false
    if (disabled) await tx.deleteFrom('session').where('account_id', '=', id).execute()
    return true
  })
}

export async function deleteAccount(db: Database, id: string): Promise<void> {
  await db.deleteFrom('account').where('id', '=', id).execute()
}

/** A row of the table, without what is nobody's business. */
export const viewOfAccount = (row: Selectable<Schema['account']>): AccountView => ({
  id: row.id,
  role: row.role,
  name: row.name,
  email: row.email,
  isEmailConfirmed: row.email_confirmed_at !== null,
  createdAt: row.created_at,
  seenAt: row.seen_at,
  isDisabled: row.disabled_at !== null,
})
