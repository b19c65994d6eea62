import type { ConversationDetail } from '../contract.ts'
import { visibleParts } from '../parts.ts'
import type { AigcMark, ExportedConversation } from './export-document.ts'

/** Who stands in the marks of exported files as the service that generated their content. */
export interface Producer {
  name: string
}

/** The mark of a conversation; of a file with several, the mark of that file. */
export const aigcMarkOf = ({ name }: Producer, produceId: string): AigcMark => ({
  Label: '1',
  ContentProducer: name,
  ProduceID: produceId,
})

/**
 * A conversation as it leaves the site: all its branches, without what only its provider wants (`visibleParts`), which
 * means nothing to another account. An answer that is being written is exported as far as it is, as interrupted. `folder` is the
 * name of the one it lies in.
 */
export function exportConversation(
  detail: ConversationDetail,
  folder: string | null,
  producer: Producer,
): ExportedConversation {
  return {
    id: detail.id,
    title: detail.title,
    titleSource: detail.titleSource,
    folder,
    settings: detail.settings,
    activeLeafId: detail.activeLeafId,
    createdAt: detail.createdAt,
    updatedAt: detail.updatedAt,
    pinnedAt: detail.pinnedAt,
    archivedAt: detail.archivedAt,
    AIGC: aigcMarkOf(producer, detail.id),
    // Written by this site from typed values; JSON's `undefined` never is in what was read from JSON.
    messages: detail.messages.map((message) => ({
      id: message.id,
      parentId: message.parentId,
      role: message.role,
      parts: visibleParts(message.parts) as ExportedConversation['messages'][number]['parts'],
      status: message.status === 'running' ? 'interrupted' : message.status,
      error: message.error,
      model: message.model,
      rating: message.rating,
      createdAt: message.createdAt,
    })),
  }
}
