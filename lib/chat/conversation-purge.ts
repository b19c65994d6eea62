import { DAY_MS } from '../day.ts'
import { dialectOf } from '../db/dialect-of.ts'
import type { Expiring } from '../db/expiring.ts'
import type { Database } from '../db/schema.ts'

/** Conversations that their owners deleted so many days ago, with everything in them. */
export function deletedConversations(days: number): Expiring {
  return expiringConversations((db, now) => selectIds(db).where('deleted_at', '<=', now - days * DAY_MS))
}

/** Conversations with which nobody has done anything for so many days, pinned ones too, with everything in them. */
export function unusedConversations(days: number): Expiring {
  return expiringConversations((db, now) => {
    const before = now - days * DAY_MS
    return selectIds(db).where('updated_at', '<=', before).where('touched_at', '<=', before)
  })
}

const selectIds = (db: Pick<Database, 'selectFrom'>) => db.selectFrom('conversation').select('id')

type Due = (db: Pick<Database, 'selectFrom'>, now: number) => ReturnType<typeof selectIds>

function expiringConversations(due: Due): Expiring {
  return {
    async count(db, now) {
      const { count } = await db
        .selectFrom(due(db, now).as('due'))
        .select((eb) => eb.fn.countAll().as('count'))
        .executeTakeFirstOrThrow()
      return Number(count)
    },
    async erase(db, now, limit) {
      return await db.transaction().execute(async (tx) => {
        const rows = await due(tx, now)
          .limit(limit)
          // Whoever undoes the deletion, or asks in it, at this very moment comes first; SQLite has one writer anyhow.
          .$if(dialectOf(db) === 'postgres', (query) => query.forUpdate().skipLocked())
          .execute()
        if (rows.length === 0) return 0
        const ids = rows.map(({ id }) => id)
        // SQLite cascades at most 1,000 levels deep, and a long conversation is a deeper tree than that.
        await tx.updateTable('message').set({ parent_id: null }).where('conversation_id', 'in', ids).execute()
        await tx.deleteFrom('conversation').where('id', 'in', ids).execute()
        return ids.length
      })
    },
  }
}
