import type { Generated, Kysely } from 'kysely'

/**
 * The tables, as both dialects know them. Ids are texts made by whoever creates the row, times are Unix milliseconds,
 * JSON is kept as text (parsed by `lib/chat`), so that SQLite and PostgreSQL read the same.
 */
export interface Schema {
  conversation: {
    id: string
    owner: string
    title: string
    /** Who named it. The site never changes a person's title. */
    title_source: Generated<'question' | 'model' | 'person'>
    active_leaf_id: string | null
    /** Counts every change but those of messages; a change names the revision it was made on. */
    revision: number
    created_at: number
    updated_at: number
    pinned_at: Generated<number | null>
    archived_at: Generated<number | null>
    /** Deleted by its owner, who can still undo it; erased after some time. */
    deleted_at: Generated<number | null>
  }
  message: {
    id: string
    conversation_id: string
    parent_id: string | null
    role: 'user' | 'assistant'
    parts: string
    status: 'complete' | 'running' | 'stopped' | 'interrupted' | 'failed'
    error: string | null
    model: string | null
    created_at: number
  }
  run: {
    id: string
    message_id: string
    /** The first run of an answer is 0; each continuation is one more. */
    number: number
    /** `lost`: its process fell silent. Should that one come back, it may go on unless the answer was continued. */
    status: 'running' | 'lost' | 'ended'
    /** The length of the message's parts, as materialised in it. */
    seq: number
    heartbeat_at: number
    started_at: number
    ended_at: number | null
    /** When somebody asked, at whichever instance, that the run stop. */
    stop_requested_at: number | null
    /** When another instance last looked for news of the run. */
    watched_at: number | null
    receipt: string | null
  }
  /** What upstream answered, byte for byte. */
  run_raw: {
    run_id: string
    gzip_base64: string
  }
  /** Texts to be found, folded; the newest has the highest id. A title has no message. See `search-text.ts`. */
  search_row: {
    id: Generated<number>
    conversation_id: string
    message_id: string | null
    owner: string
    text: string
    /** PostgreSQL only; SQLite has them in a full-text table beside. */
    grams: Generated<string>
  }
}

export type Database = Kysely<Schema>
