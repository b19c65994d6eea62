import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Database } from '../../db/schema.ts'
import { SiteError } from '../../site-error.ts'
import type { FilePart } from '../parts.ts'
import { receiveUpload } from '../receive-upload.ts'
import { fileName } from './file-contract.ts'
import { bytesOf, claimFiles, type FileRow, keyOfFile, partOfFile } from './file-rows.ts'
import type { FileStore } from './file-store.ts'
import { imageTypeOf } from './image-looks.ts'
import { type Inspected, inspectFile } from './inspect-file.ts'

/** Uploads of one person at a time, and of everybody; each may hold a file on the disk. */
const MAX_UPLOADS = 6
const MAX_UPLOADS_IN_ALL = 60
/** Files looked into at a time: each may take a processor for seconds and a few times its size in memory. */
const MAX_INSPECTED = 2

export interface KeepDependencies {
  db: Database
  store: FileStore
  maxBytes: number
  /** What one person may keep in all; undefined for any amount. */
  maxBytesInAll: number | undefined
}

/**
 * Keeps the body of `request` as a file of the owner's, until a question carries it. The same content again is the same
 * file, as long as it is there. Throws {@link SiteError}: 413 for what is too large, 415 and 422 as `inspectFile`, 409 when
 * the owner keeps too much, 429 when too many are being uploaded.
 */
export async function keepUpload(
  deps: KeepDependencies,
  owner: string,
  name: string,
  request: Request,
): Promise<FilePart> {
  return await oneOfFew(owner, async () => {
    const upload = await receiveUpload(request, deps.maxBytes)
    try {
      const known = await touchKnown(deps.db, owner, upload.sha256)
      if (known) return partOfFile(known, name)
      return await keepNew(deps, owner, name, () => readFile(upload.file))
    } finally {
      await upload.remove()
    }
  })
}

/** Keeps bytes that the site has, of an import, or an image that a tool made. Throws as {@link keepUpload}. */
export async function keepFile(
  deps: KeepDependencies,
  owner: string,
  name: string,
  bytes: Uint8Array,
): Promise<FilePart> {
  if (bytes.length > deps.maxBytes) throw new SiteError(413, 'too_large', 'The file is too large.')
  const known = await touchKnown(deps.db, owner, sha256Of(bytes))
  return known ? partOfFile(known, name) : await keepNew(deps, owner, name, async () => bytes)
}

const MAX_IMAGE_NAME_CHARS = 60

/** How an image that a tool made is called: by the first words of what was to be drawn, if that is known. */
export function imageName(bytes: Uint8Array, prompt = ''): string {
  const words = [...prompt.split('\n', 1).join('').trim()].slice(0, MAX_IMAGE_NAME_CHARS).join('').trim()
  return `${words || `image-${sha256Of(bytes).slice(0, 8)}`}.${imageTypeOf(bytes)?.replace('image/', '') ?? 'png'}`
}

/** Keeps what a tool made for a conversation, which uses it from then on. Throws as {@link keepUpload}. */
export async function keepMade(
  deps: KeepDependencies,
  owner: string,
  conversationId: string,
  name: string,
  bytes: Uint8Array,
): Promise<FilePart> {
  const file = await keepFile(deps, owner, fileName.catch('file').parse(name), bytes)
  await deps.db
    .transaction()
    .execute((tx) => claimFiles(tx, owner, conversationId, [file.fileId], Date.now()))
  return file
}

/** Looks into a file when it is its turn, which is when it is read at the earliest, and puts it away. */
async function keepNew(
  { db, store, maxBytesInAll }: KeepDependencies,
  owner: string,
  name: string,
  read: () => Promise<Uint8Array>,
): Promise<FilePart> {
  await waitForTurn()
  const { bytes, inspected } = await read()
    .then(async (bytes) => ({ bytes, inspected: await inspectFile(bytes) }))
    .finally(passTurn)
  const row = rowOf(owner, name, bytes, inspected)
  await db.transaction().execute(async (tx) => {
    if (maxBytesInAll !== undefined && (await bytesOf(tx, owner)) + bytes.length > maxBytesInAll) {
      throw new SiteError(
        409,
        'files_full',
        'You keep as many files here as one person may. Delete conversations with files that you no longer need.',
      )
    }
    await tx.insertInto('file').values(row).execute()
  })
  const settle = (status: FileRow['status']) =>
    db.updateTable('file').set({ status }).where('id', '=', row.id).execute()
  try {
    await putAway(store, row, bytes, inspected)
  } catch (error) {
    await settle('gone')
    throw error
  }
  await settle('kept')
  return partOfFile(row)
}

async function putAway(store: FileStore, row: FileRow, bytes: Uint8Array, { beside }: Inspected) {
  const key = keyOfFile(row)
  await store.put(key, bytes)
  for (const [suffix, more] of Object.entries(beside)) await store.put(`${key}.${suffix}`, more)
}

function rowOf(owner: string, name: string, bytes: Uint8Array, inspected: Inspected): FileRow {
  const now = Date.now()
  return {
    id: crypto.randomUUID(),
    owner,
    sha256: sha256Of(bytes),
    name,
    media_type: inspected.mediaType,
    bytes: bytes.length,
    width: inspected.width ?? null,
    height: inspected.height ?? null,
    pages: inspected.pages ?? null,
    text_chars: inspected.textChars ?? null,
    status: 'arriving',
    created_at: now,
    touched_at: now,
  }
}

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Only the owner's own: whether somebody else has the same file is nobody's business. */
async function touchKnown(db: Database, owner: string, sha256: string): Promise<FileRow | undefined> {
  const known = await db
    .selectFrom('file')
    .select('id')
    .where('owner', '=', owner)
    .where('sha256', '=', sha256)
    .where('status', '=', 'kept')
    .executeTakeFirst()
  if (!known) return undefined
  return await db
    .updateTable('file')
    .set({ touched_at: Date.now() })
    .where('id', '=', known.id)
    .where('owner', '=', owner)
    .where('status', '=', 'kept')
    .returningAll()
    .executeTakeFirst()
}

const uploading = new Map<string, number>()

async function oneOfFew<T>(owner: string, upload: () => Promise<T>): Promise<T> {
  const own = uploading.get(owner) ?? 0
  const all = [...uploading.values()].reduce((sum, count) => sum + count, 0)
  if (own >= MAX_UPLOADS || all >= MAX_UPLOADS_IN_ALL) {
    throw new SiteError(429, 'busy', 'Too many files are being uploaded. Try again when some have ended.')
  }
  uploading.set(owner, own + 1)
  try {
    return await upload()
  } finally {
    const left = (uploading.get(owner) ?? 1) - 1
    if (left > 0) uploading.set(owner, left)
    else uploading.delete(owner)
  }
}

let inspecting = 0
const waiting: (() => void)[] = []

async function waitForTurn(): Promise<void> {
  if (inspecting < MAX_INSPECTED) inspecting++
  else await new Promise<void>((resolve) => waiting.push(resolve))
}

/** The turn goes to whoever waits longest. */
function passTurn(): void {
  const next = waiting.shift()
  if (next) next()
  else inspecting--
}
