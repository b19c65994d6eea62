import type { Config } from '../../config.ts'
import type { Database } from '../../db/schema.ts'
import { digestsInUse, oldestSince } from './key-use.ts'
import { canRotate } from './open-rotation.ts'

/** What the owner is told of the site's keys. */
export type KeyNotice =
  /** Older than ROTATE, and nobody but the operator can change them. */
  | { kind: 'old'; sinceMs: number }
  /** Rotation fails, since then. The sentence is for operators, in English. */
  | { kind: 'failing'; sinceMs: number; sentence: string }

/** Undefined when there is nothing to tell. */
export async function keyNotice(db: Database, config: Config, now: number): Promise<KeyNotice | undefined> {
  if (config.ROTATE === undefined) return undefined
  const failed = await db
    .selectFrom('key_rotation')
    .select(['failure', 'failed_at'])
    .where('failure', 'is not', null)
    .executeTakeFirst()
  if (failed?.failure) {
    return { kind: 'failing', sinceMs: Number(failed.failed_at), sentence: failed.failure }
  }
  if (canRotate(config)) return undefined
  const since = await oldestSince(db, await digestsInUse(db, now))
  return since !== undefined && since + config.ROTATE <= now ? { kind: 'old', sinceMs: since } : undefined
}
