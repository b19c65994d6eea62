import type { Transaction } from 'kysely'
import type { Database, Schema } from '../db/schema.ts'
import { SiteError } from '../site-error.ts'
import type { Folder, FolderChange, NewFolder } from './folder-contract.ts'
import { MAX_FOLDER_NAME_CHARS } from './parts.ts'

/** More than anybody finds something in. */
const MAX_FOLDERS = 300

/** The owner's folders, in no order: names are sorted as the reader's language does. */
export async function listFolders(db: Database, owner: string): Promise<Folder[]> {
  const rows = await db
    .selectFrom('folder')
    .select(['id', 'name', 'collapsed'])
    .where('owner', '=', owner)
    .orderBy('created_at')
    .orderBy('id')
    .limit(MAX_FOLDERS)
    .execute()
  return rows.map(({ id, name, collapsed }) => ({ id, name, isCollapsed: collapsed === 1 }))
}

/**
 * Makes a folder; the same id again finds it as it is. Throws {@link SiteError} 409 when there are too many, or the id is
 * somebody else's.
 */
export async function createFolder(
  db: Database,
  owner: string,
  { id, name }: NewFolder,
  now: number,
): Promise<Folder> {
  const before = await listFolders(db, owner)
  if (before.length >= MAX_FOLDERS && !before.some((folder) => folder.id === id)) {
    throw new SiteError(409, 'too_many_folders', `There are ${MAX_FOLDERS} folders already.`)
  }
  await db
    .insertInto('folder')
    .values({ id, owner, name, created_at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  const folder = (await listFolders(db, owner)).find((one) => one.id === id)
  if (!folder) throw new SiteError(409, 'id_taken', 'Please try again.')
  return folder
}

/** Renames a folder, or folds it. False unless it is the owner's. */
export async function changeFolder(
  db: Database,
  owner: string,
  id: string,
  { name, isCollapsed }: FolderChange,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('folder')
    .set((eb) => ({
      name: name ?? eb.ref('name'),
      ...(isCollapsed !== undefined && { collapsed: isCollapsed ? 1 : 0 }),
    }))
    .where('id', '=', id)
    .where('owner', '=', owner)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Deletes a folder; its conversations stay, in none. False unless it is the owner's. */
export async function deleteFolder(db: Database, owner: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('folder')
    .where('id', '=', id)
    .where('owner', '=', owner)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** The owner's folder of that name, made if there is none; null without a name, or where no more fit. */
export async function folderOfName(
  tx: Transaction<Schema>,
  owner: string,
  given: string,
  now: number,
): Promise<string | null> {
  const name = given
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, MAX_FOLDER_NAME_CHARS)
  if (name === '') return null
  const own = await tx.selectFrom('folder').select(['id', 'name']).where('owner', '=', owner).execute()
  const known = own.find((folder) => folder.name === name)
  if (known || own.length >= MAX_FOLDERS) return known?.id ?? null
  const id = crypto.randomUUID()
  await tx.insertInto('folder').values({ id, owner, name, created_at: now }).execute()
  return id
}
