import { readSettings } from '../conversation-settings.ts'
import { exportedConversation } from '../exporting/export-document.ts'
import type { Part } from '../parts.ts'
import { type ImportedConversation, ImportRefusal, isWebUrl, msOf } from './imported-conversation.ts'

/** A conversation of a document of `tain.export/1`. Its files are those of the export; see {@link bringFiles}. */
export function fromTain(value: unknown): ImportedConversation {
  const parsed = exportedConversation.safeParse(value)
  if (!parsed.success) throw new ImportRefusal('unknown_shape')
  const { messages, activeLeafId, settings, ...conversation } = parsed.data
  return {
    ...conversation,
    source: 'tain',
    createdAt: msOf(conversation.createdAt),
    updatedAt: msOf(conversation.updatedAt),
    pinnedAt: msOf(conversation.pinnedAt),
    archivedAt: msOf(conversation.archivedAt),
    settings: readSettings(settings ?? {}),
    activeId: activeLeafId,
    messages: messages.map((message) => ({
      ...message,
      createdAt: msOf(message.createdAt),
      parts: message.parts.flatMap((part): Part[] => {
        if (part.type === 'text' && part.citations) {
          return [{ ...part, citations: part.citations.filter(({ url }) => isWebUrl(url)) }]
        }
        return part.type === 'source' && !isWebUrl(part.url) ? [] : [part]
      }),
      status: message.status === 'running' ? 'interrupted' : message.status,
    })),
  }
}
