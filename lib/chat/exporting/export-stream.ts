import { configure, TextReader, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js'
import type { Database } from '../../db/schema.ts'
import type { ConversationDetail } from '../contract.ts'
import { getConversation } from '../conversations.ts'
import { savedName } from '../files/file-kinds.ts'
import { loadFile, partOfFile } from '../files/file-rows.ts'
import type { FileStore } from '../files/file-store.ts'
import { listFolders } from '../folders.ts'
import { type FilePart, filesOfParts } from '../parts.ts'
import { textStream } from '../text-stream.ts'
import { ACCOUNT_FILE } from './account-document.ts'
import { archivedFileName } from './archived-file-name.ts'
import { type AigcMark, EXPORT_FORMAT } from './export-document.ts'
import { type MarkdownOptions, toMarkdown } from './export-markdown.ts'
import { exportAccount } from './exported-account.ts'
import { aigcMarkOf, exportConversation } from './exported-conversation.ts'
import { fileNameOf } from './file-name-of.ts'

configure({ useWebWorkers: false })

/** What is exported: some conversations of the owner's, or all that are not deleted. */
export interface ExportScope {
  db: Database
  store: FileStore
  owner: string
  conversationIds?: readonly string[] | undefined
}

/** Everything in one document of {@link EXPORT_FORMAT}. Costs the memory of one conversation. */
export function exportJson(
  scope: ExportScope,
  options: MarkdownOptions,
  now: number,
): ReadableStream<Uint8Array> {
  async function* pieces() {
    const mark = aigcMarkOf(options.producer, produceIdOf(scope))
    yield `${documentHead(now, mark)}\n`
    let separator = ''
    for await (const { detail, folder } of conversationsOf(scope)) {
      yield `${separator}${JSON.stringify(exportConversation(detail, folder, options.producer))}`
      separator = ',\n'
    }
    yield '\n]}\n'
  }
  return textStream(pieces())
}

/** A file's number is that of its only conversation, or one of its own. */
const produceIdOf = ({ conversationIds: ids }: ExportScope) =>
  (ids?.length === 1 ? ids[0] : undefined) ?? crypto.randomUUID()

/** One conversation as Markdown; of several, one behind the other. */
export function exportMarkdown(scope: ExportScope, options: MarkdownOptions): ReadableStream<Uint8Array> {
  async function* pieces() {
    for await (const { detail } of conversationsOf(scope)) yield toMarkdown(detail, options)
  }
  return textStream(pieces())
}

/**
 * A ZIP with each conversation as JSON, to be read back, and as Markdown, to be read; and with the files attached to it.
 * Where all conversations are asked for, with everything else that is kept about their owner.
 */
export function exportZip(
  scope: ExportScope,
  options: MarkdownOptions,
  now: number,
): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const write = async () => {
    const zip = new ZipWriter(writable, { zip64: true })
    let number = 0
    const written = new Set<string>()
    for await (const { detail, folder } of conversationsOf(scope)) {
      number++
      const name = `conversations/${String(number).padStart(5, '0')} ${fileNameOf(detail.title)}`
      const lastModDate = new Date(detail.updatedAt)
      const mark = aigcMarkOf(options.producer, detail.id)
      const json = `${documentHead(now, mark)}${JSON.stringify(exportConversation(detail, folder, options.producer))}]}\n`
      await zip.add(`${name}.json`, new TextReader(json), { lastModDate })
      await zip.add(`${name}.md`, new TextReader(toMarkdown(detail, options)), { lastModDate })
      for (const part of detail.messages.flatMap(({ parts }) => filesOfParts(parts))) {
        if (!written.has(part.fileId)) await addFile(zip, scope, part, lastModDate)
        written.add(part.fileId)
      }
    }
    if (scope.conversationIds === undefined) {
      for (const part of await filesOf(scope)) {
        if (!written.has(part.fileId)) await addFile(zip, scope, part, new Date(now))
      }
      await addAccount(zip, scope, now)
    }
    await zip.close()
  }
  // A failure breaks the stream off, which the reader notices; a ZIP without its end is none.
  write().catch((error: unknown) => writable.abort(error).catch(() => undefined))
  return readable
}

/** Last, so that what reads conversations finds them first. */
async function addAccount(zip: ZipWriter<unknown>, { db, owner }: ExportScope, now: number): Promise<void> {
  await zip.add(ACCOUNT_FILE, textStream(exportAccount(db, owner, now)), { lastModDate: new Date(now) })
}

async function addFile(
  zip: ZipWriter<unknown>,
  { db, store, owner }: ExportScope,
  { fileId, name, mediaType }: FilePart,
  lastModDate: Date,
): Promise<void> {
  const bytes = await loadFile({ db, store }, owner, fileId)
  if (!bytes) return
  // All but texts is packed already.
  const level = mediaType === 'text/plain' ? 6 : 0
  await zip.add(archivedFileName(fileId, savedName({ name, mediaType })), new Uint8ArrayReader(bytes), {
    lastModDate,
    level,
  })
}

const documentHead = (now: number, mark: AigcMark) =>
  `{"format":"${EXPORT_FORMAT}","exportedAt":${now},"AIGC":${JSON.stringify(mark)},"conversations":[`

async function* conversationsOf({
  db,
  owner,
  conversationIds,
}: ExportScope): AsyncGenerator<{ detail: ConversationDetail; folder: string | null }> {
  const folders = new Map((await listFolders(db, owner)).map(({ id, name }) => [id, name]))
  for (const id of conversationIds ?? (await idsOf(db, owner))) {
    const detail = await getConversation(db, owner, id)
    // Deleted since the list was made.
    if (detail) yield { detail, folder: folders.get(detail.folderId ?? '') ?? null }
  }
}

/** Also those that no question carries yet, or only one that was deleted. */
async function filesOf({ db, owner }: ExportScope): Promise<FilePart[]> {
  const rows = db.selectFrom('file').selectAll().where('owner', '=', owner).where('status', '=', 'kept')
  return (await rows.orderBy('created_at').execute()).map((row) => partOfFile(row))
}

async function idsOf(db: Database, owner: string): Promise<string[]> {
  const rows = await db
    .selectFrom('conversation')
    .select('id')
    .where('owner', '=', owner)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}
