import type { Generated } from 'kysely'

/** What was accepted, reported and refused. A part of the schema. */
export interface LegalTables {
  /** That somebody accepted the legal texts (`lib/legal/acceptance.ts`): an edition, and what of it they read. */
  acceptance: {
    owner: string
    edition: string
    /** The age that they had to confirm; 0 for none. */
    minimum_age: number
    terms_sha256: string
    privacy_sha256: string
    locale: string
    accepted_at: number
  }
  /** A legal text as it was when somebody accepted it, by its SHA-256. */
  legal_text: {
    sha256: string
    name: string
    locale: string
    version: string
    markdown: string
    kept_at: number
  }
  /** What somebody reported (`lib/legal/reports.ts`), as it was, and what was done about it. */
  report: {
    id: string
    /** Who reported; null for strangers, and for those who are gone. */
    owner: string | null
    /** A keyed hash of the address, to count them, while it is open. */
    address_hash: string | null
    message_id: string | null
    share_id: string | null
    model: string | null
    content: string
    reason: string
    comment: string
    created_at: number
    /** These are null while it is open. */
    action: string | null
    action_note: string | null
    action_by: string | null
    action_at: number | null
  }
  /** That a question was refused, or passed without having been looked at (`lib/legal/moderated.ts`). */
  moderation: {
    id: string
    owner: string
    checked_by: 'upstream' | 'local' | 'nobody'
    /** The upstream's model, where that was asked. */
    model: Generated<string | null>
    /** A JSON array of names. */
    categories: string
    action: 'refused' | 'passed'
    created_at: number
  }
}
