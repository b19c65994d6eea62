import { z } from 'zod'
import type { Part } from '../parts.ts'
import { type ChatGptMessage, chatGptMessage, partsOfMessage } from './chatgpt-parts.ts'
import {
  type ImportedConversation,
  type ImportedMessage,
  ImportRefusal,
  msOf,
  msOfSeconds,
} from './imported-conversation.ts'

/** Branches inside of one answer repeat what is above them; this many parts in all, and it is no conversation. */
const MAX_PARTS = 200_000

const node = z.object({
  message: chatGptMessage.nullish(),
  parent: z.string().nullish(),
  children: z.array(z.string()).nullish(),
})

const conversation = z.object({
  id: z.string().nullish(),
  conversation_id: z.string().nullish(),
  title: z.string().nullish(),
  create_time: z.number().nullish(),
  update_time: z.number().nullish(),
  current_node: z.string().nullish(),
  is_archived: z.boolean().nullish(),
  pinned_time: z.number().nullish(),
  mapping: z.record(z.string(), node),
})

/**
 * A conversation of ChatGPT's export. There, each thought, each call of a tool and its result is a node of its own; here,
 * all that lies between two questions is one answer with several parts.
 */
export function fromChatGpt(value: unknown): ImportedConversation {
  const parsed = conversation.safeParse(value)
  if (!parsed.success) throw new ImportRefusal('unknown_shape')
  const { mapping, ...about } = parsed.data
  const id = about.conversation_id ?? about.id ?? Object.keys(mapping)[0]
  if (id === undefined) throw new ImportRefusal('empty')
  const updatedAt = msOfSeconds(about.update_time)
  return {
    source: 'chatgpt',
    id,
    title: about.title ?? null,
    // Whether a person or ChatGPT named it is not told, so it stays as it is.
    titleSource: 'person',
    createdAt: msOfSeconds(about.create_time),
    updatedAt,
    pinnedAt: msOf((about.pinned_time ?? 0) * 1_000),
    archivedAt: about.is_archived ? (updatedAt ?? 1) : null,
    ...new TreeWalk(mapping, about.current_node ?? null).messages(),
  }
}

type Mapping = z.infer<typeof conversation>['mapping']

/** A place on the way down: below which message, and the answer that is not complete yet. */
interface Place {
  nodeId: string
  parentId: string | null
  answer: ImportedMessage | null
}

class TreeWalk {
  readonly #mapping: Mapping
  readonly #currentNode: string | null
  readonly #found = new Map<string, ImportedMessage>()
  #activeId: string | null = null
  #parts = 0

  constructor(mapping: Mapping, currentNode: string | null) {
    this.#mapping = mapping
    this.#currentNode = currentNode
  }

  messages(): { messages: ImportedMessage[]; activeId: string | null } {
    const stack: Place[] = this.#roots().map((nodeId) => ({ nodeId, parentId: null, answer: null }))
    const seen = new Set<string>()
    for (let place = stack.pop(); place; place = stack.pop()) {
      if (seen.has(place.nodeId)) throw new ImportRefusal('broken')
      seen.add(place.nodeId)
      const below = this.#visit(place)
      const children = (this.#mapping[place.nodeId]?.children ?? []).filter((id) => id in this.#mapping)
      if (children.length === 0) this.#keep(below.answer)
      if (place.nodeId === this.#currentNode) this.#activeId = below.answer?.id ?? below.parentId
      for (const nodeId of children.reverse()) stack.push({ ...below, nodeId })
    }
    // What no root leads to goes in a circle.
    if (seen.size < Object.keys(this.#mapping).length) throw new ImportRefusal('broken')
    return { messages: [...this.#found.values()], activeId: this.#activeId }
  }

  #roots(): string[] {
    const children = new Set(Object.values(this.#mapping).flatMap((entry) => entry.children ?? []))
    return Object.keys(this.#mapping)
      .filter((id) => !children.has(id))
      .reverse()
  }

  #visit({ nodeId, parentId, answer }: Place): Omit<Place, 'nodeId'> {
    const message = this.#mapping[nodeId]?.message
    if (!message) return { parentId, answer }
    const said = partsOfMessage(message, answer?.parts ?? [])
    if (said.length === 0) return { parentId, answer }
    if (message.author.role === 'user') {
      this.#keep(answer)
      const question = newMessage(nodeId, answer?.id ?? parentId, message, said)
      this.#keep(question)
      return { parentId: question.id, answer: null }
    }
    const grown = newMessage(nodeId, parentId, message, [...(answer?.parts ?? []), ...said])
    return {
      parentId,
      answer: {
        ...grown,
        model: grown.model ?? answer?.model ?? null,
        createdAt: answer?.createdAt ?? grown.createdAt,
      },
    }
  }

  #keep(message: ImportedMessage | null): void {
    if (!message || this.#found.has(message.id)) return
    this.#parts += message.parts.length
    if (this.#parts > MAX_PARTS) throw new ImportRefusal('too_large')
    this.#found.set(message.id, message)
  }
}

function newMessage(
  id: string,
  parentId: string | null,
  message: ChatGptMessage,
  parts: Part[],
): ImportedMessage {
  const isQuestion = message.author.role === 'user'
  return {
    id,
    parentId,
    role: isQuestion ? 'user' : 'assistant',
    parts,
    status: message.status === 'in_progress' ? 'interrupted' : 'complete',
    error: null,
    model: isQuestion ? null : (message.metadata?.model_slug ?? null),
    createdAt: msOfSeconds(message.create_time),
  }
}
