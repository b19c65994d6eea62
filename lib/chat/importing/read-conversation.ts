import { fromChatGpt } from './from-chatgpt.ts'
import { fromNextChat } from './from-nextchat.ts'
import { fromOpenWebUi } from './from-open-webui.ts'
import { fromTain } from './from-tain.ts'
import { type ImportedConversation, ImportRefusal } from './imported-conversation.ts'

/** Reads an element of a file in whichever format it has. Throws {@link ImportRefusal}. */
export function readConversation(value: unknown): ImportedConversation {
  if (value === null || typeof value !== 'object') throw new ImportRefusal('unknown_shape')
  if ('mapping' in value) return fromChatGpt(value)
  if ('chat' in value || 'history' in value) return fromOpenWebUi(value)
  if ('titleSource' in value) return fromTain(value)
  if ('messages' in value) return fromNextChat(value)
  throw new ImportRefusal('unknown_shape')
}
