import type { Role } from '#lib/accounts/contract.ts'
import { findQuota } from '#lib/accounts/quotas/account-quota.ts'
import type { KeepDependencies } from '#lib/chat/files/keep-file.ts'
import { getFileStore } from '#lib/chat/files/open-file-store.ts'
import { getConfig } from '#lib/config.ts'
import { currentVisitor } from '#lib/current-visitor.ts'
import { getDatabase } from '#lib/db/database.ts'

/** Strangers can become many guests, so each keeps a part of what a person may. */
const PART_OF_GUESTS = 10

export interface FileRoom extends KeepDependencies {
  /** What the account's quota allows of one upload, whatever it is; undefined for any size. */
  uploadBytes: number | undefined
}

/** Where files are kept, and how much of them by whoever has `role`, and the quota of `accountId`. */
export async function fileRoom(role?: Role, accountId?: string): Promise<FileRoom> {
  const { FILE_MAX_BYTES: maxBytes, FILES_PER_PERSON: most } = getConfig()
  const isStranger = role === 'guest' && !(await currentVisitor()).isLocal
  const maxBytesInAll = most !== undefined && isStranger ? most / PART_OF_GUESTS : most
  const db = await getDatabase()
  const quota = accountId === undefined ? undefined : await findQuota(db, accountId)
  const uploadBytes = quota?.uploadBytes
  const maxBytesEach = Math.min(maxBytes, uploadBytes ?? maxBytes)
  return { db, store: getFileStore(), maxBytes: maxBytesEach, maxBytesInAll, uploadBytes }
}
