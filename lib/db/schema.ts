import type { Kysely } from 'kysely'
import type { AccountTables } from './tables/account-tables.ts'
import type { ChatTables } from './tables/chat-tables.ts'
import type { LegalTables } from './tables/legal-tables.ts'
import type { OperationTables } from './tables/operation-tables.ts'
import type { QuotaTables } from './tables/quota-tables.ts'

/**
 * The tables, as both dialects know them. Ids are texts made by whoever creates the row, times are Unix milliseconds,
 * JSON is kept as text (parsed by `lib/chat`), so that SQLite and PostgreSQL read the same.
 */
export interface Schema extends ChatTables, AccountTables, LegalTables, QuotaTables, OperationTables {}

export type Database = Kysely<Schema>
