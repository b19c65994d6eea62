import type { Selectable, Transaction } from 'kysely'
import type { Database, Schema } from '../../db/schema.ts'
import type { FilePart } from '../parts.ts'
import type { FileStore } from './file-store.ts'

/** The rows of files. Whoever is not the owner finds nothing. */

export type FileRow = Selectable<Schema['file']>

/** A file of the owner's, or undefined. */
export async function findFile(
  db: Database | Transaction<Schema>,
  owner: string,
  id: string,
): Promise<FileRow | undefined> {
  return await db
    .selectFrom('file')
    .selectAll()
    .where('id', '=', id)
    .where('owner', '=', owner)
    .where('status', '=', 'kept')
    .executeTakeFirst()
}

/** The key under which the bytes of a file lie; what is kept beside it has a suffix of its own. */
export const keyOfFile = ({ id, sha256 }: Pick<FileRow, 'id' | 'sha256'>) =>
  `${sha256.slice(0, 2)}/${sha256}-${id}`

/** The bytes of a file of the owner's, as they came; null when there is none. */
export async function loadFile(
  { db, store }: { db: Database; store: FileStore },
  owner: string,
  id: string,
): Promise<Buffer | null> {
  const row = await findFile(db, owner, id)
  return row ? await store.get(keyOfFile(row)) : null
}

/** A file as messages carry it. */
export function partOfFile(row: FileRow, name = row.name): FilePart {
  return {
    type: 'file',
    fileId: row.id,
    name,
    mediaType: row.media_type,
    bytes: Number(row.bytes),
    ...(row.width !== null && row.height !== null && { width: row.width, height: row.height }),
  }
}

/** How many bytes an owner keeps. */
export async function bytesOf(db: Database | Transaction<Schema>, owner: string): Promise<number> {
  const { bytes } = await db
    .selectFrom('file')
    .select((eb) => eb.fn.sum<number | string | null>('bytes').as('bytes'))
    .where('owner', '=', owner)
    .executeTakeFirstOrThrow()
  return Number(bytes ?? 0)
}

/**
 * Notes that a conversation of the owner's uses files, which keeps them from being collected. Returns those that are the
 * owner's and still there, by id.
 */
export async function claimFiles(
  tx: Transaction<Schema>,
  owner: string,
  conversationId: string,
  ids: readonly string[],
  now: number,
): Promise<Map<string, FileRow>> {
  if (ids.length === 0) return new Map()
  // Touching them first locks them against a collector that is looking at them right now.
  const rows = await tx
    .updateTable('file')
    .set({ touched_at: now })
    .where('id', 'in', [...new Set(ids)])
    .where('owner', '=', owner)
    .where('status', '=', 'kept')
    .returningAll()
    .execute()
  if (rows.length > 0) {
    await tx
      .insertInto('file_use')
      .values(rows.map(({ id }) => ({ conversation_id: conversationId, file_id: id })))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  return new Map(rows.map((row) => [row.id, row]))
}
