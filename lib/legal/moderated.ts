import { sql } from 'kysely'
import type { ChatGateway } from '../chat/chat-gateway.ts'
import { moderate } from '../chat/moderation.ts'
import { getConfig } from '../config.ts'
import { DAY_MS } from '../day.ts'
import { expiringRows } from '../db/expiring.ts'
import type { Database } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'

/**
 * Lets a question through that MODERATION has nothing against. To be called before it is stored or sent. What was refused is
 * counted by its categories, without its text. Throws {@link SiteError}: 422 `content_refused`, or 503
 * `moderation_unavailable` when nobody could look at it and MODERATION_FAILURE says that it must be looked at.
 */
export async function requireModeration(
  db: Database,
  gateway: ChatGateway,
  owner: string,
  text: string | undefined,
  now = Date.now(),
): Promise<void> {
  const { MODERATION, MODERATION_WORDS: wordsFile, MODERATION_FAILURE } = getConfig()
  if (MODERATION === 'off' || text === undefined) return
  const rules = { by: MODERATION, wordsFile, isOpenOnFailure: MODERATION_FAILURE === 'open' }
  const verdict = await moderate(gateway, rules, text)
  if (verdict.outcome === 'passed') return
  const { by, model, categories } =
    verdict.outcome === 'refused' ? verdict : { by: 'nobody' as const, model: null, categories: [] }
  await db
    .insertInto('moderation')
    .values({
      id: crypto.randomUUID(),
      owner,
      checked_by: by,
      model,
      categories: JSON.stringify(categories),
      action: verdict.outcome === 'unchecked' ? 'passed' : 'refused',
      created_at: now,
    })
    .execute()
  if (verdict.outcome === 'unchecked') return
  if (verdict.outcome === 'unavailable') {
    throw new SiteError(
      503,
      'moderation_unavailable',
      'Questions are looked at before they are asked here, and that is not possible just now. Try again in a moment.',
    )
  }
  throw new SiteError(
    422,
    'content_refused',
    `The rules of this site do not allow this question (${categories.join(', ')}).`,
    { field: 'text' },
  )
}

/** What was noted so many days ago. */
export const oldModeration = (days: number) =>
  expiringRows('moderation', 'id', (now) => sql`created_at <= ${now - days * DAY_MS}`)
