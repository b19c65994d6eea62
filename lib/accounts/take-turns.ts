import type { Transaction } from 'kysely'
import type { Schema } from '../db/schema.ts'

/** Whoever else comes this way for the same account waits until `tx` is over, and so sees what it did. */
export async function takeTurns(tx: Transaction<Schema>, accountId: string): Promise<void> {
  await tx
    .updateTable('account')
    .set((eb) => ({ seen_at: eb.ref('seen_at') }))
    .where('id', '=', accountId)
    .execute()
}
