import { leafBelow } from '../message-tree.ts'
import { MAX_TITLE_CHARS, textOfParts } from '../parts.ts'
import { type ImportedConversation, type ImportedMessage, ImportRefusal } from './imported-conversation.ts'

/** Conversations that people have are a hundredth of it. */
const MAX_MESSAGES = 50_000

/** A tree as this site keeps it: parents before children, a time for each, and an answer below each question. */
export interface PlantedConversation extends Omit<ImportedConversation, 'messages' | 'title'> {
  title: string
  createdAt: number
  updatedAt: number
  activeId: string
  messages: PlantedMessage[]
}

export interface PlantedMessage extends ImportedMessage {
  createdAt: number
}

/**
 * Makes a tree of the messages of a file. A parent that is missing makes its child a root, and so does a circle one of its messages. A question that nobody
 * answered gets the place of an answer, marked interrupted, since one asks on below answers only. Throws
 * {@link ImportRefusal} when there is nothing in it, an id is there twice, or too much.
 */
export function plantTree(conversation: ImportedConversation, now: number): PlantedConversation {
  if (conversation.messages.length > MAX_MESSAGES) throw new ImportRefusal('too_large')
  const ordered = parentsFirst(conversation.messages)
  const answered = withAnswers(ordered)
  if (!answered.some(({ parts }) => parts.length > 0)) throw new ImportRefusal('empty')
  const messages = withTimes(answered, conversation.createdAt ?? conversation.updatedAt ?? now)
  const times = messages.map(({ createdAt }) => createdAt)
  const createdAt = conversation.createdAt ?? times.reduce((a, b) => Math.min(a, b))
  const last = times.reduce((a, b) => Math.max(a, b))
  return {
    ...conversation,
    ...titleOf(conversation, messages),
    createdAt,
    updatedAt: conversation.updatedAt ?? Math.max(createdAt, last),
    activeId: leafFor(messages, conversation.activeId),
    messages,
  }
}

function parentsFirst(messages: readonly ImportedMessage[]): ImportedMessage[] {
  const byId = new Map<string, ImportedMessage>()
  for (const message of messages) {
    if (byId.has(message.id)) throw new ImportRefusal('broken')
    byId.set(message.id, message)
  }
  const ordered: ImportedMessage[] = []
  const placed = new Set<string>()
  for (const message of messages) {
    const chain: ImportedMessage[] = []
    const climbed = new Set<string>()
    let at: ImportedMessage | undefined = message
    // A circle is cut where one comes round: its words are worth more than its shape.
    while (at && !placed.has(at.id) && !climbed.has(at.id)) {
      climbed.add(at.id)
      chain.push(at)
      at = at.parentId === null ? undefined : byId.get(at.parentId)
    }
    for (const link of chain.reverse()) {
      const isOrphan = link.parentId !== null && !placed.has(link.parentId)
      placed.add(link.id)
      ordered.push(isOrphan ? { ...link, parentId: null } : link)
    }
  }
  return ordered
}

const placeOf = (questionId: string) => `${questionId}#unanswered`

function withAnswers(messages: readonly ImportedMessage[]): ImportedMessage[] {
  const roleOf = new Map(messages.map(({ id, role }) => [id, role]))
  const answered = new Set<string>()
  const followed = new Set<string>()
  for (const { role, parentId } of messages) {
    if (parentId === null || roleOf.get(parentId) !== 'user') continue
    ;(role === 'assistant' ? answered : followed).add(parentId)
  }
  return messages.flatMap((message) => {
    const { id, role, parentId, createdAt } = message
    if (role === 'assistant') return [message]
    // A question below a question stands below the place of the answer between them.
    const placed =
      parentId !== null && followed.has(parentId) ? { ...message, parentId: placeOf(parentId) } : message
    if (answered.has(id) && !followed.has(id)) return [placed]
    return [placed, { ...unanswered, id: placeOf(id), parentId: id, createdAt }]
  })
}

const unanswered = {
  role: 'assistant',
  parts: [],
  status: 'interrupted',
  error: null,
  model: null,
} satisfies Partial<ImportedMessage>

/** Messages without a time get that of the one above. */
function withTimes(messages: readonly ImportedMessage[], startedAt: number): PlantedMessage[] {
  const timeOf = new Map<string | null, number>([[null, startedAt]])
  return messages.map((message) => {
    const createdAt = message.createdAt ?? timeOf.get(message.parentId) ?? startedAt
    timeOf.set(message.id, createdAt)
    return { ...message, createdAt }
  })
}

/** The leaf at or below what was shown, or the last message. */
function leafFor(messages: readonly PlantedMessage[], activeId: string | null): string {
  const shown = messages.find(({ id }) => id === activeId) ?? messages.at(-1)
  return leafBelow(messages, shown?.id ?? '')
}

function titleOf(
  { title, titleSource }: ImportedConversation,
  messages: readonly ImportedMessage[],
): Pick<PlantedConversation, 'title' | 'titleSource'> {
  const clean = (text: string) =>
    [
      ...text
        .toWellFormed()
        .replace(/[\p{Cc}\s]+/gu, ' ')
        .trim(),
    ]
      .slice(0, MAX_TITLE_CHARS)
      .join('')
  const given = clean(title ?? '')
  if (given !== '') return { title: given, titleSource }
  const first = messages.find(({ role, parts }) => role === 'user' && parts.length > 0) ?? messages[0]
  const asked = clean(textOfParts(first?.parts ?? []).slice(0, 1_000))
  return { title: [...asked].slice(0, 60).join('') || '…', titleSource: 'question' }
}
