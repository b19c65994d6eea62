import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider'
import type { Message } from './contract.ts'
import type { FileContent } from './files/model-files.ts'
import { itemsOf, type ResponseItem } from './response-items.ts'

/** Not every model goes on with an answer that is last in line, so it is asked to. */
const GO_ON =
  'Your answer above broke off. Continue it from exactly where it stopped: your next character is the one that comes after its last. Repeat nothing, add no introduction, and keep the language and the formatting it is in.'

/** A branch as it is sent. */
export interface SentMessages {
  messages: LanguageModelV4Prompt
  /** What goes in place of the messages that say but a name, by that name; see `response-items.ts`. */
  items: ReadonlyMap<string, readonly ResponseItem[]>
}

/**
 * Questions with their files, and answers: those that `modelId` gave as the items they came in, if `isExact`; of all others
 * the text. An answer that has nothing to say (a failed one) is left out.
 */
export function toSentMessages(
  branch: readonly Message[],
  files: ReadonlyMap<string, readonly FileContent[]>,
  { modelId, isExact }: { modelId: string; isExact: boolean },
): SentMessages {
  const items = new Map<string, ResponseItem[]>()
  const messages = branch.flatMap((message): LanguageModelV4Prompt => {
    const { id, role, parts } = message
    const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
    const attached = files.get(id) ?? []
    if (role === 'user' && attached.length > 0) {
      return [{ role, content: [...attached, ...(text === '' ? [] : [asText(text)])] }]
    }
    const exact = isExact && isOf(message, modelId) ? itemsOf(message, attached) : null
    if (!exact || exact.length === 0) return text === '' ? [] : [said(role, text)]
    const name = `answer ${crypto.randomUUID()}`
    items.set(name, exact)
    return [said(role, name)]
  })
  const isCut = messages.at(-1)?.role === 'assistant'
  return { messages: isCut ? [...messages, said('user', GO_ON)] : messages, items }
}

const asText = (text: string) => ({ type: 'text' as const, text })

const said = (role: Message['role'], text: string): LanguageModelV4Message => ({
  role,
  content: [asText(text)],
})

/** What a model thought can be read by no other. Upstream may name the very version that answered. */
const isOf = ({ model }: Message, modelId: string) => model === modelId || model?.startsWith(`${modelId}-20`)
