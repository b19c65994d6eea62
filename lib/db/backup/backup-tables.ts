import type { Schema } from '../schema.ts'

/** A table as a backup has it: its columns by name, and those that make a row one of a kind. */
interface BackupTable {
  name: keyof Schema
  key: readonly string[]
  /** Refers to rows of the same table, in any order: set when all of them are there. */
  parent?: string
}

/** What stands in place of a table's name in lines that are a piece of a file. They come after all rows. */
export const FILE_PIECE = 'file_piece'

/** Everything that is kept, each after what it refers to. */
export const backupTables: readonly BackupTable[] = [
  { name: 'access_code', key: ['id'] },
  { name: 'account', key: ['id'] },
  { name: 'account_link', key: ['provider', 'subject'] },
  { name: 'session', key: ['id'] },
  { name: 'one_time_code', key: ['digest'] },
  { name: 'api_token', key: ['id'] },
  { name: 'role_quota', key: ['role'] },
  { name: 'account_quota', key: ['account_id'] },
  { name: 'model_price', key: ['model'] },
  { name: 'quota_use', key: ['account_id'] },
  { name: 'quota_hold', key: ['id'] },
  { name: 'quota_pass', key: ['id'] },
  { name: 'redeem_batch', key: ['id'] },
  { name: 'redeem_code', key: ['digest'] },
  { name: 'folder', key: ['id'] },
  { name: 'conversation', key: ['id'] },
  { name: 'message', key: ['id'], parent: 'parent_id' },
  { name: 'run', key: ['id'] },
  { name: 'run_raw', key: ['run_id'] },
  { name: 'queued_question', key: ['id'] },
  { name: 'file', key: ['id'] },
  { name: 'file_use', key: ['conversation_id', 'file_id'] },
  { name: 'share', key: ['id'] },
  { name: 'preference', key: ['owner', 'name'] },
  { name: 'prompt', key: ['owner', 'id'] },
  { name: 'legal_text', key: ['sha256'] },
  { name: 'acceptance', key: ['owner', 'edition'] },
  { name: 'report', key: ['id'] },
  { name: 'moderation', key: ['id'] },
  { name: 'upstream_object', key: ['id'] },
  { name: 'key_rotation', key: ['account'] },
  { name: 'key_age', key: ['digest'] },
  { name: 'erased_count', key: ['day', 'kind'] },
]

/**
 * Made anew from the rest (the index of the search), or of no use tomorrow (wrong tries of the last hour, which instance
 * uses which keys, who tidies up).
 */
export const leftOutOfBackups: readonly string[] = ['search_row', 'wrong_try', 'key_use', 'housekeeping']
