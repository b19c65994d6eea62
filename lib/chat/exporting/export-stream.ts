import { configure, TextReader, ZipWriter } from '@zip.js/zip.js'
import type { Database } from '../../db/schema.ts'
import type { ConversationDetail } from '../contract.ts'
import { getConversation } from '../conversations.ts'
import { listFolders } from '../folders.ts'
import { textStream } from '../text-stream.ts'
import { type AigcMark, EXPORT_FORMAT } from './export-document.ts'
import { type MarkdownOptions, toMarkdown } from './export-markdown.ts'
import { aigcMarkOf, exportConversation } from './exported-conversation.ts'

configure({ useWebWorkers: false })

/** What is exported: some conversations of the owner's, or all that are not deleted. */
export interface ExportScope {
  db: Database
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

/** A ZIP with each conversation as JSON, to be read back, and as Markdown, to be read. */
export function exportZip(
  scope: ExportScope,
  options: MarkdownOptions,
  now: number,
): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const write = async () => {
    const zip = new ZipWriter(writable, { zip64: true })
    let number = 0
    for await (const { detail, folder } of conversationsOf(scope)) {
      number++
      const name = `conversations/${String(number).padStart(5, '0')} ${fileNameOf(detail.title)}`
      const lastModDate = new Date(detail.updatedAt)
      const mark = aigcMarkOf(options.producer, detail.id)
      const json = `${documentHead(now, mark)}${JSON.stringify(exportConversation(detail, folder, options.producer))}]}\n`
      await zip.add(`${name}.json`, new TextReader(json), { lastModDate })
      await zip.add(`${name}.md`, new TextReader(toMarkdown(detail, options)), { lastModDate })
    }
    await zip.close()
  }
  // A failure breaks the stream off, which the reader notices; a ZIP without its end is none.
  write().catch((error: unknown) => writable.abort(error).catch(() => undefined))
  return readable
}

/** A title as the name of a file on any system. */
export function fileNameOf(title: string): string {
  const name = title
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Cs}<>:"/\\|?*]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^\.+|[. ]+$/g, '')
  return [...name].slice(0, 60).join('').trim() || 'conversation'
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
