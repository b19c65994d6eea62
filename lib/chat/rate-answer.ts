import type { Database } from '../db/schema.ts'
import type { Rating } from './contract.ts'

/** Keeps what its owner thinks of an answer; null takes that back. False unless the answer is the owner's. */
export async function rateAnswer(
  db: Database,
  owner: string,
  answerId: string,
  rating: Rating | null,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('message')
    .set({ rating })
    .where('id', '=', answerId)
    .where('role', '=', 'assistant')
    .where('conversation_id', 'in', (own) =>
      own.selectFrom('conversation').select('id').where('owner', '=', owner).where('deleted_at', 'is', null),
    )
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
