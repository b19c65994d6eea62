import { z } from 'zod'
import {
  MAX_REPORT_CHARS,
  type ReportAction,
  type ReportReason,
  reportActions,
  reportReasons,
} from './report-reasons.ts'

/** What travels about reports. Times are Unix milliseconds. */

/** PostgreSQL's texts cannot hold NUL, and nobody writes it. */
const words = z
  .string()
  .transform((text) => text.replaceAll('\0', ''))
  .pipe(z.string().trim().max(MAX_REPORT_CHARS))

const complaint = {
  reason: z.enum(reportReasons),
  comment: words.default(''),
}

/** The form on the page of a share. */
export const shareReport = z.object(complaint)
export type Complaint = z.infer<typeof shareReport>

/** `POST /api/reports`: an answer of one's own. Answers with 204, 404, and 429 when there were too many. */
export const reportRequest = z.strictObject({ messageId: z.uuid(), ...complaint })
export type ReportRequest = z.input<typeof reportRequest>

/**
 * `PATCH /api/console/reports/{id}`: does it and closes the report. Answers with 204, and 409 when it is closed already or
 * has no share to be withdrawn.
 */
export const reportDecision = z
  .strictObject({ action: z.enum(reportActions), note: words.default('') })
  .refine(({ action, note }) => action !== 'other' || note !== '', {
    error: 'must say what was done',
    path: ['note'],
  })
export type ReportDecision = z.infer<typeof reportDecision>

/** A report as those who run the site see it. */
export interface ReportView {
  id: string
  /** The share it is about; null when it is about an answer that only its reporter can see. */
  shareId: string | null
  /** Whether that share can still be read. */
  isShared: boolean
  model: string | null
  /** What was reported, as it was. */
  content: string
  reason: ReportReason
  comment: string
  /** Who reported it: the account's name, or null for a guest or a stranger. */
  reporter: string | null
  createdAt: number
  /** What was done, or null while it is open. */
  decision: { action: ReportAction; note: string; by: string | null; at: number } | null
}
