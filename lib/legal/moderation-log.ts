import { z } from 'zod'
import { newestFirst } from '../db/newest-first.ts'
import { PLACE } from '../db/page-place.ts'
import type { Database } from '../db/schema.ts'
import type { ModerationCounts, ModerationPage } from './moderation-contract.ts'

/** What moderation refused, for those who run the site. */

const PAGE = 50

/** The query of `/console/moderation`. What is not understood is as if it were not there. */
export const moderationQuery = z.object({
  /** A person's id: theirs alone. */
  owner: z.uuid().optional().catch(undefined),
  /** Where the page before ended. */
  before: z.string().regex(PLACE).optional().catch(undefined),
})
export type ModerationQuery = z.infer<typeof moderationQuery>

/** A page of what was noted, newest first. */
export async function listModeration(
  db: Database,
  { owner, before }: ModerationQuery,
): Promise<ModerationPage> {
  let wanted = db
    .selectFrom('moderation')
    .leftJoin('account', 'account.id', 'moderation.owner')
    .selectAll('moderation')
    .select('account.name')
  if (owner !== undefined) wanted = wanted.where('moderation.owner', '=', owner)
  const { rows, older } = await newestFirst(wanted, 'moderation', { size: PAGE, before })
  const notes = rows.map((row) => ({
    id: row.id,
    action: row.action,
    by: row.checked_by,
    model: row.model,
    categories: JSON.parse(row.categories), // written by `requireModeration`
    owner: { id: row.owner, name: row.name ?? '' },
    createdAt: row.created_at,
  }))
  return { notes, older }
}

/** How many questions were refused or passed unseen since `since`, and of how many people. */
export async function countModeration(db: Database, since: number): Promise<ModerationCounts> {
  const row = await db
    .selectFrom('moderation')
    .select((eb) => [
      eb.fn.count('id').filterWhere('action', '=', 'refused').as('refused'),
      eb.fn.count('id').filterWhere('action', '=', 'passed').as('passed'),
      eb.fn.count('owner').distinct().as('people'),
    ])
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow()
  return { refused: Number(row.refused), passed: Number(row.passed), people: Number(row.people) }
}
