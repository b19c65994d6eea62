import type { Database } from '../../db/schema.ts'
import { storeBranch } from '../store-branch.ts'
import type { SharedBranch } from './share-contract.ts'

/** Makes a conversation of the reader's own out of a share, under an id that the reader's page made; see {@link storeBranch}. */
export async function continueShare(
  db: Database,
  owner: string,
  id: string,
  { title, messages }: SharedBranch,
  now: number,
): Promise<boolean> {
  const branch = {
    conversation: { id, owner, title, title_source: 'question' as const, settings: '{}' },
    messages: messages.map(({ role, parts, status, model }, index) => ({
      role,
      parts: JSON.stringify(parts),
      status,
      model,
      model_asked: null,
      error: null,
      // Nobody knows when each was said; their order is kept.
      created_at: now - messages.length + index,
    })),
  }
  return await db.transaction().execute((tx) => storeBranch(tx, branch, now))
}
