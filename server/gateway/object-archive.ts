import type { Database } from '#lib/db/schema.ts'
import type { ObjectArchive } from '#lib/gateway/keys/stored-objects.ts'
import type { LogFields, LogLevel } from '#lib/log.ts'

/** Ids are written together: one write per answer would cost the gateway more than the answer. */
const SAVE_AFTER_MS = 500
const MAX_PENDING = 5_000
/** A statement has a limited number of values. */
const ROWS_AT_ONCE = 200
/** OpenAI keeps responses for 30 days; files and vector stores that nobody has touched for so long are let go here. */
const FORGET_AFTER_MS = 400 * 24 * 60 * 60_000

/** The archive in the site's database, shared by its instances. `close` writes what is pending. */
export function createObjectArchive(
  db: Database,
  log: (level: LogLevel, event: string, fields: LogFields) => void,
): ObjectArchive & { close(): Promise<void> } {
  let pending = new Map<string, string>()
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  const write = async (rows: [id: string, account: string][]) => {
    const seen_at = Date.now()
    try {
      for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
        const values = rows.slice(at, at + ROWS_AT_ONCE).map(([id, account]) => ({ id, account, seen_at }))
        await db
          .insertInto('upstream_object')
          .values(values)
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute()
      }
      await db
        .deleteFrom('upstream_object')
        .where('seen_at', '<', seen_at - FORGET_AFTER_MS)
        .execute()
    } catch (error) {
      // This process still knows them.
      log('warn', 'objects_not_saved', { count: rows.length, error })
    }
  }
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const rows = [...pending]
    pending = new Map()
    if (rows.length > 0) writing = writing.then(() => write(rows))
    return writing
  }

  return {
    async find(ids) {
      try {
        const rows = await db
          .selectFrom('upstream_object')
          .selectAll()
          .where('id', 'in', [...ids])
          .execute()
        const accounts = new Map(rows.map(({ id, account }) => [id, account]))
        return ids.map((id) => pending.get(id) ?? accounts.get(id)).find((account) => account !== undefined)
      } catch (error) {
        log('warn', 'objects_not_found', { error })
        return undefined
      }
    },
    save(account, ids) {
      for (const id of ids) if (!pending.has(id)) pending.set(id, account)
      if (pending.size >= MAX_PENDING) void flush()
      else timer ??= setTimeout(flush, SAVE_AFTER_MS)
    },
    close: flush,
  }
}
