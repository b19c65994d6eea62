import { z } from 'zod'
import type { Part } from '../parts.ts'
import { type ImportedConversation, ImportRefusal, isWebUrl, msOf } from './imported-conversation.ts'

/** What is odd about one field costs that, and not the session. */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null)

const content = z.union([
  z.string(),
  z.array(
    z.object({
      type: z.string(),
      text: z.string().optional(),
      image_url: z.object({ url: z.string() }).optional(),
    }),
  ),
])

/** A session of NextChat's `chat-next-web-store`: one branch, with times as the browser's language writes them. */
const session = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  topic: maybe(z.string()),
  lastUpdate: maybe(z.number()),
  messages: z.array(
    z.object({
      role: maybe(z.string()),
      content: maybe(content),
      date: maybe(z.string()),
      model: maybe(z.string()),
      isError: maybe(z.boolean()),
    }),
  ),
})

/** What NextChat calls a session that nobody named. */
const UNNAMED = new Set(['New Conversation', '新的聊天'])

/** A session of NextChat's backup. Messages of the system are its own instructions, not what was said. */
export function fromNextChat(value: unknown): ImportedConversation {
  const parsed = session.safeParse(value)
  if (!parsed.success) throw new ImportRefusal('unknown_shape')
  const { id, topic, lastUpdate, messages } = parsed.data
  const said = messages.filter(({ role }) => role === 'user' || role === 'assistant')
  return {
    source: 'nextchat',
    id,
    title: topic && !UNNAMED.has(topic) ? topic : null,
    titleSource: 'person',
    createdAt: null,
    updatedAt: msOf(lastUpdate),
    pinnedAt: null,
    archivedAt: null,
    activeId: null,
    messages: said.map((message, index) => ({
      // Not NextChat's own ids, which an edited copy of a session shares with it.
      id: String(index),
      parentId: index === 0 ? null : String(index - 1),
      role: message.role === 'user' ? 'user' : 'assistant',
      parts: partsOf(message.content ?? ''),
      status: message.isError ? 'interrupted' : 'complete',
      error: null,
      model: message.role === 'user' ? null : (message.model ?? null),
      createdAt: msOf(Date.parse(message.date ?? '')),
    })),
  }
}

function partsOf(value: z.infer<typeof content>): Part[] {
  const texts =
    typeof value === 'string'
      ? [value]
      : value.map(({ text, image_url }) => text ?? (image_url ? imageText(image_url.url) : ''))
  return texts.filter((text) => text !== '').map((text) => ({ type: 'text', text }))
}

/** Nothing is fetched: an image that lies elsewhere is a link, one that lies in the file stays behind. */
const imageText = (url: string) => (isWebUrl(url) ? `![](${url})` : '[image]')
