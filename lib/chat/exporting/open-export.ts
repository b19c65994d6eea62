import { z } from 'zod'
import { SiteError } from '../../site-error.ts'
import { findConversation } from '../conversations.ts'
import type { MarkdownOptions } from './export-markdown.ts'
import { type ExportScope, exportJson, exportMarkdown, exportZip } from './export-stream.ts'
import { fileNameOf } from './file-name-of.ts'

/** The query of `GET /api/export`. */
export const exportQuery = z.object({
  format: z.enum(['markdown', 'json', 'zip']),
  conversation: z.uuid().optional(),
  branches: z.enum(['shown', 'all']).default('shown'),
})
export type ExportQuery = z.infer<typeof exportQuery>

/** `POST /api/export`: these conversations as a ZIP. Those that are somebody else's are not in it. */
export const exportRequest = z.strictObject({ conversations: z.array(z.uuid()).min(1).max(500) })

export interface OpenedExport {
  stream: ReadableStream<Uint8Array>
  mediaType: string
  fileName: string
}

const KINDS = {
  markdown: { mediaType: 'text/markdown; charset=utf-8', extension: 'md' },
  json: { mediaType: 'application/json; charset=utf-8', extension: 'json' },
  zip: { mediaType: 'application/zip', extension: 'zip' },
}

/** Opens an export as it was asked for. Throws {@link SiteError}: 404 unless the conversation is the owner's. */
export async function openExport(
  scope: ExportScope,
  query: ExportQuery,
  options: Omit<MarkdownOptions, 'branches'>,
  now: number,
): Promise<OpenedExport> {
  const { format, conversation: conversationId, branches } = query
  const conversation =
    conversationId === undefined ? undefined : await findConversation(scope.db, scope.owner, conversationId)
  if (conversation === null) throw new SiteError(404, 'not_found', 'There is no such conversation.')
  const whole = conversationId === undefined ? scope : { ...scope, conversationIds: [conversationId] }
  const markdown = { ...options, branches }
  const { mediaType, extension } = KINDS[format]
  const day = new Date(now).toISOString().slice(0, 10)
  const name = conversation ? fileNameOf(conversation.title) : `${fileNameOf(options.producer.name)} ${day}`
  const stream =
    format === 'json'
      ? exportJson(whole, markdown, now)
      : format === 'zip'
        ? exportZip(whole, markdown, now)
        : exportMarkdown(whole, markdown)
  return { stream, mediaType, fileName: `${name}.${extension}` }
}
