import type { Database } from '../../db/schema.ts'
import { SiteError } from '../../site-error.ts'
import { takeTurns } from '../take-turns.ts'
import type { Identity } from './identity.ts'

/** How an account is known to a provider. */
export interface AccountLink {
  issuer: string
  /** By which the person knows it again. */
  label: string | null
}

/** The account that an identity is linked to. */
export async function findLinkedAccount(
  db: Database,
  { issuer, subject }: Pick<Identity, 'issuer' | 'subject'>,
): Promise<string | undefined> {
  const link = await db
    .selectFrom('account_link')
    .select('account_id')
    .where('provider', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return link?.account_id
}

/** Links an identity to an account. False when it belongs to another one; nothing is taken from anybody. */
export async function linkIdentity(db: Database, accountId: string, identity: Identity): Promise<boolean> {
  const { issuer: provider, subject, email, name } = identity
  await db
    .insertInto('account_link')
    .values({ provider, subject, account_id: accountId, label: email ?? name, created_at: Date.now() })
    .onConflict((conflict) => conflict.columns(['provider', 'subject']).doNothing())
    .execute()
  return (await findLinkedAccount(db, identity)) === accountId
}

export async function listLinks(db: Database, accountId: string): Promise<AccountLink[]> {
  return await db
    .selectFrom('account_link')
    .select(['provider as issuer', 'label'])
    .where('account_id', '=', accountId)
    .execute()
}

/**
 * Takes the links to one provider away. `usable` are the issuers that can sign people in now. Throws {@link SiteError}: 404
 * when there is no such link, 409 when nothing would be left to sign in with.
 */
export async function unlinkIssuer(
  db: Database,
  accountId: string,
  issuer: string,
  usable: readonly string[],
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    // Of two unlinked at the same time each is to see what the other left.
    await takeTurns(tx, accountId)
    const { numDeletedRows } = await tx
      .deleteFrom('account_link')
      .where('account_id', '=', accountId)
      .where('provider', '=', issuer)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw new SiteError(404, 'not_found', 'There is no such link.')
    const { email, password_hash } = await tx
      .selectFrom('account')
      .select(['email', 'password_hash'])
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow()
    const left = (await listLinks(tx, accountId)).some((link) => usable.includes(link.issuer))
    // A password without an address is no way in.
    if ((password_hash === null || email === null) && !left) {
      throw new SiteError(
        409,
        'last_way_in',
        'Nothing would be left to sign in with. Set a password or link another service first.',
      )
    }
  })
}
