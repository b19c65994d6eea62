import type { Database } from '../../db/schema.ts'
import { storeBranch } from '../store-branch.ts'
import type { SharedBranch, SharedMessage } from './share-contract.ts'

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
    messages: withAnswer(messages).map(({ role, parts, status, model }, index) => ({
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

/** One asks on below answers only; what was shared while its answer was being written ends with a question. */
function withAnswer(messages: readonly SharedMessage[]): readonly SharedMessage[] {
  if (messages.at(-1)?.role !== 'user') return messages
  return [...messages, { role: 'assistant', parts: [], status: 'interrupted', model: null, files: 0 }]
}
