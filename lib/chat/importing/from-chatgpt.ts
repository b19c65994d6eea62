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
/** Thoughts and calls of tools are nodes, too. */
const MAX_NODES = 100_000

/** What is odd about one node costs that, and not the others. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null)

const node = z
  .object({
    message: maybe(chatGptMessage),
    parent: maybe(z.string()),
    children: maybe(z.array(z.string())),
  })
  .catch({})

const conversation = z.object({
  id: maybe(z.string()),
  conversation_id: maybe(z.string()),
  title: maybe(z.string()),
  create_time: maybe(z.number()),
  update_time: maybe(z.number()),
  current_node: maybe(z.string()),
  is_archived: maybe(z.boolean()),
  pinned_time: maybe(z.number()),
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
  if (Object.keys(mapping).length > MAX_NODES) throw new ImportRefusal('too_large')
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
  /** The last call of a tool in that answer. */
  callId: string | undefined
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
    const childrenOf = this.#tree()
    const seen = new Set<string>()
    // Those without a parent first. What they do not lead to goes in a circle, which is cut where it comes first.
    const starts = [...childrenOf.keys()]
    const isBelow = new Set([...childrenOf.values()].flat())
    for (const start of [...starts.filter((id) => !isBelow.has(id)), ...starts]) {
      if (!seen.has(start)) this.#walk(start, childrenOf, seen)
    }
    return { messages: [...this.#found.values()], activeId: this.#activeId }
  }

  /** The children of each node, by what it says of them, or they of it: either may be missing. */
  #tree(): Map<string, string[]> {
    const nodes = new Map(Object.entries(this.#mapping))
    const childrenOf = new Map(
      [...nodes].map(([id, { children }]) => [id, new Set(children?.filter((child) => nodes.has(child)))]),
    )
    const isChild = new Set([...childrenOf.values()].flatMap((children) => [...children]))
    for (const [id, { parent }] of nodes) if (!isChild.has(id)) childrenOf.get(parent ?? '')?.add(id)
    return new Map([...childrenOf].map(([id, children]) => [id, [...children]]))
  }

  #walk(start: string, childrenOf: ReadonlyMap<string, string[]>, seen: Set<string>): void {
    const stack: Place[] = [{ nodeId: start, parentId: null, answer: null, callId: undefined }]
    for (let place = stack.pop(); place; place = stack.pop()) {
      if (seen.has(place.nodeId)) continue
      seen.add(place.nodeId)
      const below = this.#visit(place)
      const children = (childrenOf.get(place.nodeId) ?? []).filter((id) => !seen.has(id))
      if (children.length === 0) this.#keep(below.answer)
      if (place.nodeId === this.#currentNode) this.#activeId = below.answer?.id ?? below.parentId
      // An answer that goes on in several ways is one for each of them.
      const { answer } = below
      const copy = () => (answer && children.length > 1 ? this.#copyOf(answer) : answer)
      for (const nodeId of children.toReversed()) stack.push({ ...below, answer: copy(), nodeId })
    }
  }

  #visit(place: Place): Omit<Place, 'nodeId'> {
    const { nodeId, parentId, answer } = place
    const message = this.#mapping[nodeId]?.message
    if (!message) return place
    const said = partsOfMessage(message, { count: answer?.parts.length ?? 0, callId: place.callId })
    if (said.length === 0) return place
    if (message.author.role === 'user') {
      this.#keep(answer)
      const question = newMessage(nodeId, answer?.id ?? parentId, message, said)
      this.#keep(question)
      return { parentId: question.id, answer: null, callId: undefined }
    }
    // Grown in place: it may have thousands of parts, each from a node of its own.
    const parts = answer?.parts ?? []
    parts.push(...said)
    const grown = newMessage(nodeId, parentId, message, parts)
    const call = said.findLast((part) => part.type === 'tool-call')
    return {
      parentId,
      callId: call?.id ?? place.callId,
      answer: {
        ...grown,
        model: grown.model ?? answer?.model ?? null,
        createdAt: answer?.createdAt ?? grown.createdAt,
      },
    }
  }

  #keep(message: ImportedMessage | null): void {
    if (!message || this.#found.has(message.id)) return
    this.#count(message.parts)
    this.#found.set(message.id, message)
  }

  #copyOf(answer: ImportedMessage): ImportedMessage {
    this.#count(answer.parts)
    return { ...answer, parts: [...answer.parts] }
  }

  #count(parts: readonly Part[]): void {
    this.#parts += parts.length
    if (this.#parts > MAX_PARTS) throw new ImportRefusal('too_large')
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
