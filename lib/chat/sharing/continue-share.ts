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
  return await storeBranch(
    db,
    {
      id,
      owner,
      title,
      titleSource: 'question',
      settings: {},
      messages: messages.map(({ role, parts, status, model }, index) => ({
        role,
        parts,
        status,
        model,
        error: null,
        // Nobody knows when each was said; their order is kept.
        createdAt: now - messages.length + index,
      })),
    },
    now,
  )
}
