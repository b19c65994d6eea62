import { getFileStore } from '#lib/chat/files/file-store.ts'
import type { KeepDependencies } from '#lib/chat/files/keep-file.ts'
import { getConfig } from '#lib/config.ts'
import { getDatabase } from '#lib/db/database.ts'

/** Where files are kept, and how much of them. */
export async function fileRoom(): Promise<KeepDependencies> {
  const { FILE_MAX_BYTES: maxBytes, FILES_PER_PERSON: maxBytesInAll } = getConfig()
  return { db: await getDatabase(), store: getFileStore(), maxBytes, maxBytesInAll }
}
