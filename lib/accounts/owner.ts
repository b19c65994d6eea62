import { timingSafeEqual } from 'node:crypto'
import { type Config, getConfig } from '../config.ts'
import type { Database } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import { createAccount, type NewPerson } from './accounts.ts'
import { digestOf } from './digest.ts'
import { providersOf } from './providers/configured.ts'

export async function hasOwner(db: Database): Promise<boolean> {
  const owner = await db.selectFrom('account').select('id').where('role', '=', 'owner').executeTakeFirst()
  return owner !== undefined
}

/** Whether nobody but its owner, and whoever sits at its computer, gets into a site before the owner lets them. */
export const isClosedToOthers = (config: Config): boolean =>
  config.GUESTS !== 'open' &&
  config.SIGN_UP !== 'open' &&
  config.SIGN_IN_HEADER === undefined &&
  (providersOf(config).length === 0 || config.PROVIDER_SIGN_UP !== 'open')

/** Whether the code makes an owner. Digests are compared, in constant time. */
export function isOwnerCode(code: string): boolean {
  const { OWNER_CODE } = getConfig()
  if (OWNER_CODE === undefined) return false
  return timingSafeEqual(Buffer.from(digestOf(code)), Buffer.from(digestOf(OWNER_CODE)))
}

/** Makes the one owner. Throws {@link SiteError} 409 when there is one already, whoever else claims at the same time. */
export async function createOwner(db: Database, person: NewPerson): Promise<string> {
  try {
    return await createAccount(db, person, 'owner')
  } catch (error) {
    if (await hasOwner(db)) throw new SiteError(409, 'has_owner', 'This site has an owner already.')
    throw error
  }
}
