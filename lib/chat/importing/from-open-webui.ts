import { z } from 'zod'
import type { Part } from '../parts.ts'
import {
  type ImportedConversation,
  type ImportedMessage,
  ImportRefusal,
  isWebUrl,
  msOf,
  msOfSeconds,
} from './imported-conversation.ts'

const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null)

const storedMessage = z.object({
  id: maybe(z.string()),
  parentId: maybe(z.string()),
  role: z.string(),
  content: maybe(z.string()),
  model: maybe(z.string()),
  timestamp: maybe(z.number()),
  error: maybe(z.union([z.string(), z.object({ content: z.string() }).transform(({ content }) => content)])),
  files: maybe(
    z.array(z.object({ type: maybe(z.string()), name: maybe(z.string()), url: maybe(z.string()) })),
  ),
  sources: maybe(
    z.array(z.object({ source: maybe(z.object({ name: maybe(z.string()), url: maybe(z.string()) })) })),
  ),
})

type StoredMessage = z.infer<typeof storedMessage>

const chat = z.object({
  id: maybe(z.string()),
  title: maybe(z.string()),
  timestamp: maybe(z.number()),
  history: z.object({ messages: z.record(z.string(), z.unknown()), currentId: maybe(z.string()) }),
})

const row = z.object({
  id: maybe(z.string()),
  title: maybe(z.string()),
  created_at: maybe(z.number()),
  updated_at: maybe(z.number()),
  archived: maybe(z.boolean()),
  pinned: maybe(z.boolean()),
  chat,
})

/** A row of Open WebUI's export, or the `chat` of one by itself. */
export function fromOpenWebUi(value: unknown): ImportedConversation {
  const whole = row.safeParse(value)
  const bare = whole.success ? undefined : chat.safeParse(value)
  const found = whole.success ? whole.data : bare?.success ? { chat: bare.data } : undefined
  if (!found) throw new ImportRefusal('unknown_shape')
  const about: Partial<z.infer<typeof row>> & { chat: z.infer<typeof chat> } = found
  const { history, ...head } = about.chat
  const id = about.id || head.id || Object.keys(history.messages)[0]
  if (!id) throw new ImportRefusal('empty')
  const updatedAt = msOfSeconds(about.updated_at) ?? msOf(head.timestamp)
  return {
    source: 'open-webui',
    id,
    title: about.title ?? head.title ?? null,
    titleSource: 'person',
    createdAt: msOfSeconds(about.created_at) ?? msOf(head.timestamp),
    updatedAt,
    pinnedAt: about.pinned ? (updatedAt ?? 1) : null,
    archivedAt: about.archived ? (updatedAt ?? 1) : null,
    activeId: history.currentId ?? null,
    messages: Object.entries(history.messages).flatMap(toMessage),
  }
}

/** One that is no message costs nothing but itself. */
function toMessage([key, value]: [string, unknown]): ImportedMessage[] {
  const { data: message } = storedMessage.safeParse(value)
  if (!message) return []
  if (message.role !== 'user' && message.role !== 'assistant') return []
  const isAnswer = message.role === 'assistant'
  const files = (message.files ?? []).map(
    ({ type, name }): Part => ({ type: 'text', text: `[${name || type || 'file'}]` }),
  )
  const error = isAnswer && message.error ? { code: 'unknown' as const, detail: message.error } : null
  const parts = [
    ...files,
    ...textParts(message.content ?? '', isAnswer),
    ...sourceParts(message.sources ?? []),
  ]
  return [
    {
      id: message.id ?? key,
      parentId: message.parentId ?? null,
      role: message.role,
      parts,
      status: error === null ? 'complete' : parts.length > 0 ? 'interrupted' : 'failed',
      error,
      model: isAnswer ? (message.model ?? null) : null,
      createdAt: msOfSeconds(message.timestamp),
    },
  ]
}

/** Open WebUI keeps what a model thought as HTML within the text, each line as an escaped quotation. */
const REASONING =
  /<details\b[^>]*\btype="reasoning"[^>]*>\s*(?:<summary>[^<]*<\/summary>)?([\s\S]*?)<\/details>\n?/g

function textParts(content: string, isAnswer: boolean): Part[] {
  if (!isAnswer) return content === '' ? [] : [{ type: 'text', text: content }]
  const parts: Part[] = []
  let end = 0
  const addText = (text: string) => {
    if (text.trim() !== '') parts.push({ type: 'text', text })
  }
  for (const match of content.matchAll(REASONING)) {
    addText(content.slice(end, match.index))
    const text = unescapeHtml(match[1] ?? '')
      .replace(/^\s*> ?/gm, '')
      .trim()
    if (text !== '') parts.push({ type: 'reasoning', text })
    end = match.index + match[0].length
  }
  addText(content.slice(end))
  return parts
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#x27': "'", '#39': "'", amp: '&' }
const unescapeHtml = (text: string) =>
  text.replace(/&(lt|gt|quot|#x27|#39|amp);/g, (whole, name: string) => ENTITIES[name] ?? whole)

function sourceParts(sources: NonNullable<StoredMessage['sources']>): Part[] {
  return sources.flatMap(({ source }, index): Part[] => {
    const url = source?.url ?? source?.name
    return isWebUrl(url) ? [{ type: 'source', id: `s${index}`, url, title: source?.name ?? null }] : []
  })
}
