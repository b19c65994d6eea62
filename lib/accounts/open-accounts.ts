import type { Database } from '../db/schema.ts'

/** The accounts that can be used: not closed, and not of an access code that has ended. */
export function openAccounts(db: Database, now: number) {
  return db
    .selectFrom('account')
    .leftJoin('access_code', 'access_code.id', 'account.access_code_id')
    .where('account.disabled_at', 'is', null)
    .where((eb) => eb.or([eb('access_code.expires_at', 'is', null), eb('access_code.expires_at', '>', now)]))
}

/** Whether an account can be used now. */
export async function isOpen(db: Database, id: string): Promise<boolean> {
  const row = await openAccounts(db, Date.now())
    .select('account.id')
    .where('account.id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}
