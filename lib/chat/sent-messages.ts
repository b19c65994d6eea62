import type { ModelMessage } from 'ai'
import type { Message } from './contract.ts'
import type { FileContent } from './files/model-files.ts'
import { itemsOf, type ResponseItem } from './response-items.ts'

/** Not every model goes on with an answer that is last in line, so it is asked to. */
const GO_ON =
  'Your answer above broke off. Continue it from exactly where it stopped: your next character is the one that comes after its last. Repeat nothing, add no introduction, and keep the language and the formatting it is in.'

/** A branch as it is sent. */
export interface SentMessages {
  messages: ModelMessage[]
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
  const messages = branch.flatMap((message): ModelMessage[] => {
    const { id, role, parts } = message
    const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
    const attached = files.get(id) ?? []
    if (role === 'user' && attached.length > 0) {
      return [{ role, content: [...attached, ...(text === '' ? [] : [{ type: 'text' as const, text }])] }]
    }
    const exact = isExact && isOf(message, modelId) ? itemsOf(message, attached) : null
    if (!exact || exact.length === 0) return text === '' ? [] : [{ role, content: text }]
    const name = `answer ${crypto.randomUUID()}`
    items.set(name, exact)
    return [{ role, content: name }]
  })
  const isCut = messages.at(-1)?.role === 'assistant'
  return { messages: isCut ? [...messages, { role: 'user', content: GO_ON }] : messages, items }
}

/** What a model thought can be read by no other. Upstream may name the very version that answered. */
const isOf = ({ model }: Message, modelId: string) => model === modelId || model?.startsWith(`${modelId}-20`)
