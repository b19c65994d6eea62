import { type Selectable, sql } from 'kysely'
import { hashOfPlace } from '../accounts/digest.ts'
import { textOfParts } from '../chat/parts.ts'
import { findShare } from '../chat/sharing/shares.ts'
import { DAY_MS } from '../day.ts'
import { expiringRows } from '../db/expiring.ts'
import type { Database, Schema } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import type { Complaint, ReportDecision, ReportView } from './report-contract.ts'
import type { ReportAction, ReportReason } from './report-reasons.ts'

/** What somebody reported, and what was done about it. A report keeps what it is about as it was: that may be gone later. */

/** How many one person, and one address, may make in a day. */
const MAX_A_DAY = 20
const MAX_CONTENT_CHARS = 50_000
/** How many of those that are dealt with the console shows. */
const SHOWN_CLOSED = 100

/** Who reports: an account or guest, or somebody without either; and from where, as the network says. */
export interface Reporter {
  owner: string | null
  bucket: string
}

/** Reports an answer of one's own. False when there is no such answer. Throws {@link SiteError} 429. */
export async function reportAnswer(
  db: Database,
  reporter: Reporter & { owner: string },
  messageId: string,
  complaint: Complaint,
  now: number,
): Promise<boolean> {
  const answer = await db
    .selectFrom('message')
    .innerJoin('conversation', 'conversation.id', 'message.conversation_id')
    .select(['message.parts', 'message.model'])
    .where('message.id', '=', messageId)
    .where('message.role', '=', 'assistant')
    .where('conversation.owner', '=', reporter.owner)
    .where('conversation.deleted_at', 'is', null)
    .executeTakeFirst()
  if (!answer) return false
  const content = textOfParts(JSON.parse(answer.parts)) // written by the site, from typed values
  const about = { message_id: messageId, share_id: null, model: answer.model, content }
  await keep(db, reporter, about, complaint, now)
  return true
}

/** Reports a share that can be read. False when there is none. Throws {@link SiteError} 429. */
export async function reportShare(
  db: Database,
  reporter: Reporter,
  shareId: string,
  complaint: Complaint,
  now: number,
): Promise<boolean> {
  const share = await findShare(db, shareId, now)
  if (!share) return false
  const content = share.messages
    .map(({ role, parts }) => `${role === 'user' ? '▸ ' : ''}${textOfParts(parts)}`)
    .join('\n\n')
  const model = share.messages.findLast((message) => message.model !== null)?.model ?? null
  const about = { message_id: null, share_id: shareId, model, content: `${share.title}\n\n${content}` }
  await keep(db, reporter, about, complaint, now)
  return true
}

type About = Pick<Selectable<Schema['report']>, 'message_id' | 'share_id' | 'model' | 'content'>

async function keep(
  db: Database,
  { owner, bucket }: Reporter,
  about: About,
  { reason, comment }: Complaint,
  now: number,
): Promise<void> {
  const address_hash = hashOfPlace(bucket)
  await db.transaction().execute(async (tx) => {
    const { count } = await tx
      .selectFrom('report')
      .select((eb) => eb.fn.countAll().as('count'))
      .where((eb) => eb.or([eb('owner', '=', owner), eb('address_hash', '=', address_hash)]))
      .where('created_at', '>', now - DAY_MS)
      .executeTakeFirstOrThrow()
    if (Number(count) >= MAX_A_DAY) {
      throw new SiteError(
        429,
        'too_many_reports',
        'You have sent many reports today. Please continue tomorrow.',
      )
    }
    await tx
      .insertInto('report')
      .values({
        id: crypto.randomUUID(),
        owner,
        address_hash,
        ...about,
        // A model may say what PostgreSQL's texts cannot hold.
        content: about.content.replaceAll('\0', '').slice(0, MAX_CONTENT_CHARS),
        reason,
        comment,
        created_at: now,
      })
      .execute()
  })
}

/** How many wait for a decision. */
export async function countOpenReports(db: Database): Promise<number> {
  const { count } = await db
    .selectFrom('report')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('action_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Those that are open, oldest first, and then the last that were dealt with. */
export async function listReports(db: Database): Promise<ReportView[]> {
  const rows = db
    .selectFrom('report')
    .leftJoin('account as reporter', 'reporter.id', 'report.owner')
    .leftJoin('account as decider', 'decider.id', 'report.action_by')
    .leftJoin('share', 'share.id', 'report.share_id')
    .selectAll('report')
    .select(['reporter.name as reporter', 'decider.name as decider', 'share.id as living'])
  const [open, closed] = await Promise.all([
    rows.where('report.action_at', 'is', null).orderBy('report.created_at').execute(),
    rows
      .where('report.action_at', 'is not', null)
      .orderBy('report.action_at', 'desc')
      .limit(SHOWN_CLOSED)
      .execute(),
  ])
  return [...open, ...closed].map((row) => ({
    id: row.id,
    shareId: row.share_id,
    isShared: row.living !== null,
    model: row.model,
    content: row.content,
    reason: row.reason as ReportReason, // written by this module, from typed values
    comment: row.comment,
    reporter: row.reporter || null,
    createdAt: Number(row.created_at),
    decision:
      row.action_at === null
        ? null
        : {
            action: row.action as ReportAction, // as above
            note: row.action_note ?? '',
            by: row.decider || null,
            at: Number(row.action_at),
          },
  }))
}

/**
 * Does what was decided and records it. False when there is no such report. Throws {@link SiteError} 409 when it is closed
 * already, or the share is gone that was to be withdrawn.
 */
export async function decideReport(
  db: Database,
  by: string,
  id: string,
  { action, note }: ReportDecision,
  now: number,
): Promise<boolean> {
  return await db.transaction().execute(async (tx) => {
    const report = await tx
      .selectFrom('report')
      .select(['share_id', 'action_at'])
      .where('id', '=', id)
      .executeTakeFirst()
    if (!report) return false
    const { numUpdatedRows } = await tx
      .updateTable('report')
      .set({ action, action_note: note, action_by: by, action_at: now, address_hash: null })
      .where('id', '=', id)
      .where('action_at', 'is', null)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) {
      throw new SiteError(409, 'report_closed', 'Somebody has dealt with this report already.')
    }
    if (action === 'share_removed') {
      const removed = await tx.deleteFrom('share').where('id', '=', report.share_id).executeTakeFirst()
      if (removed.numDeletedRows === 0n) {
        throw new SiteError(409, 'share_gone', 'There is no share any more that could be withdrawn.')
      }
    }
    return true
  })
}

/** Reports that were dealt with so many days ago. */
export const oldReports = (days: number) =>
  expiringRows('report', 'id', (now) => sql`action_at <= ${now - days * DAY_MS}`)
