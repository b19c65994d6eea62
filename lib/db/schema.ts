import type { Kysely } from 'kysely'

/**
 * The tables, as both dialects know them. Ids are texts made by whoever creates the row, times are Unix milliseconds,
 * JSON is kept as text (parsed by `lib/chat`), so that SQLite and PostgreSQL read the same.
 */
export interface Schema {
  conversation: {
    id: string
    owner: string
    title: string
    active_leaf_id: string | null
    revision: number
    created_at: number
    updated_at: number
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
    status: 'running' | 'ended'
    /** Events emitted so far, as materialised in the message. */
    seq: number
    heartbeat_at: number
    started_at: number
    ended_at: number | null
  }
}

export type Database = Kysely<Schema>
