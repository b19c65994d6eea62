import { getConfig } from '../config.ts'
import { currentVisitor } from '../current-visitor.ts'
import { DAY_MS } from '../day.ts'
import type { Database } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import type { Visitor } from '../visitor.ts'
import { hashOfPlace } from './digest.ts'

/** Whether whoever asks may chat without signing in. */
export async function mayBeGuest(): Promise<boolean> {
  return isGuestAllowed(await currentVisitor())
}

/**
 * What GUESTS says, and without it: yes at the very computer the site runs on, because one key must be enough, and no
 * from elsewhere, because then somebody else's key would be open to the world.
 */
export function isGuestAllowed({ isLocal }: Pick<Visitor, 'isLocal'>): boolean {
  const { GUESTS } = getConfig()
  return GUESTS === undefined ? isLocal : GUESTS === 'open'
}

/** Notes a guest who asks something, at most once a day. Throws {@link SiteError} 429 when an address becomes too many. */
export async function noteGuest(db: Database, id: string, visitor: Visitor, now = Date.now()): Promise<void> {
  const known = await db.selectFrom('account').select('seen_at').where('id', '=', id).executeTakeFirst()
  if (known && known.seen_at > now - DAY_MS) return
  if (known) {
    await db.updateTable('account').set({ seen_at: now }).where('id', '=', id).execute()
    return
  }
  await makeGuest(db, id, visitor, now)
}

async function makeGuest(db: Database, id: string, visitor: Visitor, now: number): Promise<void> {
  const address_hash = hashOfPlace(visitor.bucket)
  const { GUESTS_PER_ADDRESS: most } = getConfig()
  await db.transaction().execute(async (tx) => {
    // Others who come from there at the same time wait here, so that each counts the others.
    await tx
      .insertInto('wrong_try')
      .values({ bucket: hashOfPlace(`guests of ${visitor.bucket}`), started_at: now, count: 0 })
      .onConflict((conflict) => conflict.column('bucket').doUpdateSet({ started_at: now }))
      .execute()
    const { count } = await tx
      .selectFrom('account')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('address_hash', '=', address_hash)
      .where('created_at', '>', now - DAY_MS)
      .executeTakeFirstOrThrow()
    if (!visitor.isLocal && most !== 'off' && Number(count) >= most) {
      throw new SiteError(
        429,
        'too_many_guests',
        'Too many people came from your network today. Please sign in.',
      )
    }
    await tx
      .insertInto('account')
      .values({ id, role: 'guest', name: '', address_hash, created_at: now, seen_at: now })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute()
  })
}
