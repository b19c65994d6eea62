import { createHash } from 'node:crypto'
import type { Database } from '../../db/schema.ts'

/** How often an instance says that it is there; one that has been silent for three times as long counts as gone. */
export const USE_EVERY_MS = 30_000
const GONE_AFTER_MS = 3 * USE_EVERY_MS

/** SHA-256: keys are long and random, so it tells them apart and nothing else. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** Notes which keys an instance uses from now on, and since when each is known. */
export async function noteKeysInUse(
  db: Database,
  instance: string,
  secrets: readonly string[],
  now: number,
): Promise<void> {
  const digests = secrets.map(digestOf)
  const row = { digests: JSON.stringify(digests), seen_at: now }
  await db
    .insertInto('key_use')
    .values({ instance, ...row })
    .onConflict((conflict) => conflict.column('instance').doUpdateSet(row))
    .execute()
  await db
    .deleteFrom('key_use')
    .where('seen_at', '<', now - 10 * GONE_AFTER_MS)
    .execute()
  if (digests.length === 0) return
  await db
    .insertInto('key_age')
    .values(digests.map((digest) => ({ digest, since: now })))
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute()
}

/** An instance that stops in order is not waited for. */
export async function forgetInstance(db: Database, instance: string): Promise<void> {
  await db.deleteFrom('key_use').where('instance', '=', instance).execute()
}

async function keysOfInstances(db: Database, now: number): Promise<Set<string>[]> {
  const rows = await db
    .selectFrom('key_use')
    .select('digests')
    .where('seen_at', '>=', now - GONE_AFTER_MS)
    .execute()
  return rows.map(({ digests }) => new Set(JSON.parse(digests) as string[])) // written by noteKeysInUse
}

/** How many running instances use a key, and how many do not yet. */
export async function countUsers(
  db: Database,
  digest: string,
  now: number,
): Promise<{ using: number; others: number }> {
  const instances = await keysOfInstances(db, now)
  const using = instances.filter((digests) => digests.has(digest)).length
  return { using, others: instances.length - using }
}

/** Since when the oldest of these keys is known here; undefined when none is. */
export async function oldestSince(db: Database, digests: readonly string[]): Promise<number | undefined> {
  if (digests.length === 0) return undefined
  const row = await db
    .selectFrom('key_age')
    .select((eb) => eb.fn.min('since').as('since'))
    .where('digest', 'in', digests)
    .executeTakeFirst()
  return row?.since == null ? undefined : Number(row.since)
}

/** The keys that running instances use, by digest. */
export async function digestsInUse(db: Database, now: number): Promise<string[]> {
  const instances = await keysOfInstances(db, now)
  return [...new Set(instances.flatMap((digests) => [...digests]))]
}
